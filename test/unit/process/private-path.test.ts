import { chmodSync, mkdirSync, rmdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  assertPrivateDirectory,
  assertTrustedSocket,
  buildShortSocketPath,
  ensurePrivateDirectory,
  findDaemonTrouble,
} from "../../../src/process/private-path.ts";
import { makeScriptFolder, type ScriptFolder } from "../../rigs/script-folder.ts";

let folder: ScriptFolder;
let server: Server;
let socket: string;
const untrusted = (reason: string) => ({ code: "socket-untrusted", details: { reason } });
const otherUid = (process.getuid?.() ?? 0) + 1;

beforeEach(async () => {
  folder = makeScriptFolder();
  mkdirSync(join(folder.path, "private"), { mode: 0o700 });
  socket = join(folder.path, "private", "s");
  server = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(socket, resolve);
  await promise;
});
afterEach(() => {
  server.close();
  folder.remove();
});

test("a socket of our own in a private directory is trusted, and a link to it leads there [SRV-4d]", async () => {
  const link = join(folder.path, "link");
  symlinkSync(socket, link);
  expect(await assertTrustedSocket(link)).toBe(socket);
});

test("a directory that others may enter, even only to look, makes its socket untrusted [SRV-4d]", async () => {
  for (const mode of [0o750, 0o705, 0o701]) {
    chmodSync(join(folder.path, "private"), mode);
    await expect(assertTrustedSocket(socket)).rejects.toMatchObject(untrusted("open-to-others"));
  }
});

test("a private link in an open directory does not make an open directory private", async () => {
  chmodSync(join(folder.path, "private"), 0o755);
  mkdirSync(join(folder.path, "mine"), { mode: 0o700 });
  const link = join(folder.path, "mine", "s");
  symlinkSync(socket, link);
  await expect(assertTrustedSocket(link)).rejects.toMatchObject(untrusted("open-to-others"));
});

test("a socket or a directory of another user is untrusted [SRV-4d SHOW-4e]", async () => {
  await expect(assertTrustedSocket(socket, otherUid)).rejects.toMatchObject(untrusted("other-owner"));
  await expect(assertPrivateDirectory(folder.path, otherUid)).rejects.toMatchObject(untrusted("other-owner"));
});

test("a file in the socket's place, a file in the directory's place, and nothing at all are told apart", async () => {
  const file = folder.write("private/file", "");
  await expect(assertTrustedSocket(file)).rejects.toMatchObject(untrusted("not-a-socket"));
  await expect(assertPrivateDirectory(file)).rejects.toMatchObject(untrusted("not-a-directory"));
  await expect(assertTrustedSocket(join(folder.path, "none"))).rejects.toMatchObject(untrusted("missing"));
});

test("a created directory is private whatever the umask; one that is open already is refused, not changed", async () => {
  const before = process.umask(0);
  try {
    const made = await ensurePrivateDirectory(join(folder.path, "a", "b"));
    expect([made, join(folder.path, "a")].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
  } finally {
    process.umask(before);
  }
  chmodSync(join(folder.path, "a"), 0o755);
  await expect(ensurePrivateDirectory(join(folder.path, "a"))).rejects.toMatchObject(
    untrusted("open-to-others"),
  );
});

test("a socket path that is too long in bytes is replaced by a short one that depends on the key alone", () => {
  const build = (preferred: string, key = "k") => buildShortSocketPath({ preferred, key, tmpDir: "/tmp" });
  const fits = `/${"x".repeat(99)}`;
  expect(build(fits)).toBe(fits);
  expect(build(`${fits}x`)).toMatch(/^\/tmp\/codex-threads-[0-9a-f]{12}\/socket$/);
  expect(build(`/${"é".repeat(50)}`)).toBe(build(`${fits}xyz`));
  expect(build(`${fits}x`, "other")).not.toBe(build(`${fits}x`));
});

test("a link into a directory that is a link, open or somebody else's is untrusted, also where nothing can be seen in it [SRV-4d BORD-2c]", async () => {
  const link = join(folder.path, "link");
  symlinkSync(join(folder.path, "private"), join(folder.path, "daemon"));
  symlinkSync(join(folder.path, "daemon", "s"), link);
  await expect(assertTrustedSocket(link)).rejects.toMatchObject(untrusted("a-link"));
  const dangling = join(folder.path, "dangling");
  symlinkSync(join(folder.path, "private", "nothing"), dangling);
  await expect(assertTrustedSocket(dangling)).rejects.toMatchObject(untrusted("missing"));
  await expect(assertTrustedSocket(dangling, otherUid)).rejects.toMatchObject(untrusted("other-owner"));
  chmodSync(join(folder.path, "private"), 0o777);
  await expect(assertTrustedSocket(dangling)).rejects.toMatchObject(untrusted("open-to-others"));
});

test("codex's directory of sockets: what is wrong with it is told, and nothing where it is fine or not there [BORD-2c]", async () => {
  const uid = process.getuid?.() ?? 0;
  const directory = join(folder.path, "daemon");
  const trouble = async (owner = uid) => (await findDaemonTrouble(owner, directory))?.details;
  expect(await trouble()).toBe(undefined);
  mkdirSync(directory, { mode: 0o700 });
  expect(await trouble()).toBe(undefined);
  expect(await trouble(otherUid)).toEqual({ reason: "other-owner", path: directory });
  chmodSync(directory, 0o755);
  expect(await trouble()).toMatchObject({ reason: "open-to-others" });
  rmdirSync(directory);
  symlinkSync(join(folder.path, "private"), directory);
  expect(await trouble()).toMatchObject({ reason: "a-link" });
  rmSync(directory);
  folder.write("daemon", "");
  expect(await trouble()).toMatchObject({ reason: "not-a-directory" });
});
