// The real codex where somebody else has made its directory of sockets in /tmp: as a user of its own, so only root can try,
// and only where such a user can read this checkout.
import { execFile } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findCodexBinary } from "../rigs/codex-binary.ts";

const uid = 54_321;
const directory = `/tmp/codex-daemon-${uid}`;
const program = join(import.meta.dirname, "../rigs/open-server-as.ts");
const isOpen = (path: string): boolean =>
  (statSync(path).mode & 0o005) === 0o005 && (dirname(path) === path || isOpen(dirname(path)));
const canTry =
  process.getuid?.() === 0 && [program, findCodexBinary(), process.execPath].map(dirname).every(isOpen);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "daemon-"));
  mkdirSync(join(folder, "codex"));
  mkdirSync(join(folder, "codex", "app-server-control"), { mode: 0o700 });
});
afterEach(() => {
  for (const path of [folder, directory]) rmSync(path, { recursive: true, force: true });
});

async function open(): Promise<unknown> {
  for (const name of ["", "codex", "codex/app-server-control"]) chownSync(join(folder, name), uid, uid);
  const options = { uid, gid: uid, cwd: folder, env: {}, timeout: 60_000 };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program, findCodexBinary(), folder],
    options,
  );
  return JSON.parse(stdout);
}

test.runIf(canTry).each<[string, () => void]>([
  ["closed to us", () => mkdirSync(directory, { mode: 0o700 })],
  [
    "open to all",
    () => {
      mkdirSync(directory);
      chmodSync(directory, 0o777);
    },
  ],
  ["a link", () => symlinkSync(folder, directory)],
])("%s: a child serves at once, both are said, and nothing is joined [BORD-2c]", async (_, make) => {
  make();
  // The person's server would listen there: what can be seen of it is somebody else's.
  symlinkSync(join(directory, "abc"), join(folder, "codex/app-server-control/app-server-control.sock"));
  expect(await open()).toEqual({
    kind: "stdio",
    note: expect.stringContaining(`${directory} is not private`),
    ownNote: expect.stringContaining(`${directory} is not private`),
  });
});

test.runIf(canTry)("not there: codex makes it, and a private server serves", async () => {
  expect(await open()).toEqual({ kind: "private" });
});
