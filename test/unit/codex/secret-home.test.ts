import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { projectSecrets, type SecretProjection } from "../../../src/codex/secret-home.ts";
import type { BridgeError } from "../../../src/errors.ts";

let base: string;
let secretHome: string;
let codexHome: string;
const auth = '{"OPENAI_API_KEY":"secret-one"}';

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "secret-home-"));
  secretHome = join(base, "mounted");
  codexHome = join(base, "made", "codex");
  mkdirSync(secretHome);
  writeFileSync(join(secretHome, "auth.json"), auth);
  writeFileSync(join(secretHome, "config.toml"), 'model = "m"\n');
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

const project = (options: Partial<SecretProjection> = {}) =>
  projectSecrets({
    secretHome,
    codexHome,
    isExplicit: true,
    personHomes: [join(base, "person", ".codex")],
    ...options,
  });
const refusal = async (options: Partial<SecretProjection> = {}): Promise<BridgeError> => {
  const error = await project(options).then(
    (written) => new Error(`wrote ${written}`),
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: "secret-unavailable" });
  return error as BridgeError;
};
const read = (name: string) => readFileSync(join(codexHome, name), "utf8");
const mode = (path: string) => statSync(path).mode & 0o777;

test("S2-25 both files are copied, 0600, into a folder of 0700 that we make; nothing else is left [TURN-12d]", async () => {
  chmodSync(join(secretHome, "auth.json"), 0o444);
  expect(await project()).toEqual(["auth.json", "config.toml"]);
  expect(read("auth.json")).toBe(auth);
  expect([mode(codexHome), mode(join(codexHome, "auth.json")), mode(join(codexHome, "config.toml"))]).toEqual(
    [0o700, 0o600, 0o600],
  );
  expect(readdirSync(codexHome).sort()).toEqual([".codex-threads-home", "auth.json", "config.toml"]);
});

test("S2-D4 one of the two files is enough; neither is too little", async () => {
  rmSync(join(secretHome, "auth.json"));
  expect(await project()).toEqual(["config.toml"]);
  rmSync(join(secretHome, "config.toml"));
  expect((await refusal()).details).toMatchObject({ side: "source", name: "mounted", present: true });
});

test("a mounted secret that is a link is followed, as Kubernetes makes them", async () => {
  rmSync(join(secretHome, "auth.json"));
  mkdirSync(join(secretHome, "..data"));
  writeFileSync(join(secretHome, "..data", "auth.json"), auth);
  symlinkSync("..data/auth.json", join(secretHome, "auth.json"));
  await project();
  expect(lstatSync(join(codexHome, "auth.json")).isFile()).toBe(true);
  expect(read("auth.json")).toBe(auth);
});

test("a new secret replaces what we copied before, the same one is not written again", async () => {
  await project();
  expect(await project()).toEqual([]);
  writeFileSync(join(secretHome, "auth.json"), "renewed");
  expect(await project()).toEqual(["auth.json"]);
  expect(read("auth.json")).toBe("renewed");
});

test("a login that Codex renewed stays while its source is the same, and is not overwritten by a new source", async () => {
  await project();
  writeFileSync(join(codexHome, "auth.json"), "renewed by codex");
  expect(await project()).toEqual([]);
  writeFileSync(join(secretHome, "auth.json"), "another secret");
  expect((await refusal()).details).toMatchObject({ side: "home", name: "auth.json", present: true });
  expect(read("auth.json")).toBe("renewed by codex");
});

test("after a crash between the record and the copy the copy is made", async () => {
  await project();
  const marker = join(codexHome, ".codex-threads-home");
  const before = readFileSync(join(codexHome, "auth.json"));
  writeFileSync(join(secretHome, "auth.json"), "second");
  await project();
  const after = readFileSync(marker);
  writeFileSync(join(codexHome, "auth.json"), before);
  writeFileSync(marker, after);
  expect(await project()).toEqual(["auth.json"]);
  expect(read("auth.json")).toBe("second");
});

test("S2-D3 an existing home without our mark is refused and left as it was [TURN-12e]", async () => {
  mkdirSync(codexHome, { recursive: true });
  writeFileSync(join(codexHome, "auth.json"), "the person's");
  expect((await refusal()).details).toMatchObject({ side: "home", name: "codex" });
  expect(readdirSync(codexHome)).toEqual(["auth.json"]);
  expect(read("auth.json")).toBe("the person's");
});

test("S2-D3 a file in our home that we did not put there is refused, and nothing is written at all [TURN-12e]", async () => {
  rmSync(join(secretHome, "config.toml"));
  await project();
  writeFileSync(join(codexHome, "config.toml"), "by hand");
  writeFileSync(join(secretHome, "config.toml"), "mounted");
  writeFileSync(join(secretHome, "auth.json"), "newer");
  expect((await refusal()).details).toMatchObject({ side: "home", name: "config.toml" });
  expect([read("config.toml"), read("auth.json")]).toEqual(["by hand", auth]);
});

test("S2-D3 links are not followed: not the home, not its marker, not a file in it [TURN-12e]", async () => {
  const victim = join(base, "victim");
  writeFileSync(victim, "precious");
  await project();
  rmSync(join(codexHome, "auth.json"));
  symlinkSync(victim, join(codexHome, "auth.json"));
  writeFileSync(join(secretHome, "auth.json"), "newer");
  await refusal();
  rmSync(join(codexHome, "auth.json"));

  const marker = join(codexHome, ".codex-threads-home");
  writeFileSync(join(base, "marker"), readFileSync(marker));
  rmSync(marker);
  symlinkSync(join(base, "marker"), marker);
  await refusal();
  rmSync(marker);
  writeFileSync(marker, readFileSync(join(base, "marker")));

  symlinkSync(codexHome, join(base, "link"));
  await refusal({ codexHome: join(base, "link") });
  await refusal({ codexHome: `${join(base, "link")}/` });
  expect(readFileSync(victim, "utf8")).toBe("precious");
  expect(existsSync(join(codexHome, "auth.json"))).toBe(false);
});

test("S2-D3 the person's own home is refused, named or not, there or not, also behind a link [TURN-12e]", async () => {
  const own = join(base, "person", ".codex");
  await refusal({ codexHome: own });
  expect(existsSync(own)).toBe(false);
  mkdirSync(own, { recursive: true });
  symlinkSync(join(base, "person"), join(base, "alias"));
  await refusal({ codexHome: join(base, "alias", ".codex") });
  await refusal({ isExplicit: false });
  expect([existsSync(codexHome), readdirSync(own)]).toEqual([false, []]);
});

test("S2-24 a secret home that is the home itself is nothing to copy", async () => {
  symlinkSync(secretHome, join(base, "same"));
  expect(await project({ codexHome: join(base, "same"), isExplicit: false })).toEqual([]);
  expect(readdirSync(secretHome).sort()).toEqual(["auth.json", "config.toml"]);
});

test("S2-26 of what cannot be read only the last part, its presence and a fingerprint are said [TURN-12f]", async () => {
  rmSync(join(secretHome, "auth.json"));
  mkdirSync(join(secretHome, "auth.json"));
  const folder = await refusal();
  expect(folder.details).toMatchObject({ side: "source", name: "auth.json", present: true });
  const absent = await refusal({ secretHome: join(base, "nowhere") });
  expect(absent.details).toMatchObject({ name: "nowhere", present: false });
  for (const error of [folder, absent]) {
    expect(error.details.fingerprint).toMatch(/^[0-9a-f]{12}$/);
    const said = JSON.stringify([error.message, error.details, String(error.cause)]);
    expect(said).not.toContain(base);
    expect(said).not.toContain("secret-one");
  }
});
