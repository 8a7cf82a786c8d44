import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startDetached } from "../../../src/process/detached.ts";
import { isSameProcess, type ProcessIdentity, readProcessIdentity } from "../../../src/process/identity.ts";
import { startKeeper, writeOwnerFile } from "../../../src/process/keeper.ts";
import { makeScriptFolder, type ScriptFolder } from "../../rigs/script-folder.ts";
import { until } from "../../rigs/until.ts";

let folder: ScriptFolder;
let ownerFile: string;
let socketPath: string;
const started: ProcessIdentity[] = [];
beforeEach(() => {
  folder = makeScriptFolder();
  ownerFile = join(folder.path, "owner");
  socketPath = join(folder.path, "s");
});
afterEach(async () => {
  for (const identity of started.splice(0)) {
    if (await isSameProcess(identity)) kill(identity);
  }
  folder.remove();
});

async function startShell(script: string): Promise<ProcessIdentity> {
  const command = { command: "/bin/sh", args: ["-c", script], env: { PATH: "/usr/bin:/bin" }, cwd: "/" };
  const identity = await startDetached(command);
  started.push(identity);
  return identity;
}
/** Undefined where it has found nothing to keep, and ended before it was seen. */
async function keep(server: ProcessIdentity, looksWithoutOwner = 3): Promise<ProcessIdentity | undefined> {
  const pace = { secondsBetweenLooks: 0.05, looksWithoutOwner };
  const keeper = await startKeeper({ server, ownerFile, socketPath, ...pace });
  if (keeper) started.push(keeper);
  return keeper;
}
/** As many looks as a keeper of the same pace makes: this one has no owner to see. */
async function passLooks(count: number): Promise<void> {
  const server = await startShell("exec sleep 300");
  const pace = { secondsBetweenLooks: 0.05, looksWithoutOwner: count };
  await gone(await startKeeper({ server, ownerFile: join(folder.path, "none"), ...pace }));
}
function kill({ pid }: ProcessIdentity): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself in the meantime.
  }
}
const isRunning = async (identity: ProcessIdentity | undefined) =>
  identity !== undefined && (await isSameProcess(identity));
const gone = (identity: ProcessIdentity | undefined) => until(async () => !(await isRunning(identity)));

/** A socket without anybody behind it, as a killed server leaves it: there, or linked to from there. */
async function leaveSocket(form: "link" | "file"): Promise<void> {
  const real = form === "link" ? join(folder.path, "real-s") : socketPath;
  const script = 'require("net").createServer().listen(process.argv[1])';
  const holder = await startShell(`exec '${process.execPath}' -e '${script}' '${real}'`);
  await until(() => existsSync(real));
  if (form === "link") symlinkSync(real, socketPath);
  kill(holder);
  await gone(holder);
}
/** A server that says on TERM that it was asked, and goes. */
const politeServer = () =>
  startShell(`trap ': > ${folder.path}/asked; exit 0' TERM; while :; do sleep 0.02; done`);
const asked = () => existsSync(join(folder.path, "asked"));

test.each(["link", "file"] as const)(
  "when the owner is gone the server is asked to stop, its socket (%s) is removed, and the keeper ends",
  async (form) => {
    const [server, owner] = [await politeServer(), await startShell("exec sleep 300")];
    await writeOwnerFile(ownerFile, owner);
    await leaveSocket(form);
    const keeper = await keep(server);
    kill(owner);
    await gone(keeper);
    expect(asked()).toBe(true);
    expect(await isSameProcess(server)).toBe(false);
    expect(readdirSync(folder.path).filter((name) => name.endsWith("s"))).toEqual([]);
  },
);

test.each([
  ["of this server", 0, []],
  ["of another one that has begun", 1, ["app-server.log", "lock.sqlite", "server.json"]],
] as const)("with the last owner go the files %s, or stay [GATE-11f]", async (_, other, left) => {
  const user = join(folder.path, "user");
  const own = join(user, "servers", "hash");
  mkdirSync(own, { recursive: true });
  ownerFile = join(own, "server-owner");
  const server = await politeServer();
  const instance = `private:${server.startedAt}:${server.pid + other}`;
  writeFileSync(join(own, "server.json"), JSON.stringify({ instance, ...server }));
  for (const name of ["app-server.log", "lock.sqlite"]) writeFileSync(join(own, name), "");
  await gone(await keep(server));
  expect(existsSync(own) ? readdirSync(own).sort() : []).toEqual(left);
  expect(existsSync(user)).toBe(left.length > 0);
});

test("a process that adopts the server in time keeps it", async () => {
  const [server, owner, adopter] = [
    await politeServer(),
    await startShell("exec sleep 300"),
    await startShell("exec sleep 300"),
  ];
  await writeOwnerFile(ownerFile, owner);
  const keeper = await keep(server, 40);
  kill(owner);
  await gone(owner);
  await writeOwnerFile(ownerFile, adopter);
  await passLooks(50);
  expect(asked()).toBe(false);
  expect(await isRunning(keeper)).toBe(true);
});

test("of several owners one is enough, and when the last has gone the server is asked to stop [RUN-6i]", async () => {
  const [server, brief, lasting] = [
    await politeServer(),
    await startShell("exec sleep 300"),
    await startShell("exec sleep 300"),
  ];
  for (const owner of [brief, lasting]) await writeOwnerFile(`${ownerFile}.${owner.pid}`, owner);
  const keeper = await keep(server);
  kill(brief);
  await gone(brief);
  await passLooks(50);
  expect(asked()).toBe(false);
  kill(lasting);
  await gone(keeper);
  expect(asked()).toBe(true);
});

test("an owner whose pid now belongs to somebody else is gone", async () => {
  const server = await politeServer();
  const us = await readProcessIdentity(process.pid);
  writeFileSync(ownerFile, `${us?.pid} ${us?.startedAt}0\n`);
  await gone(await keep(server));
  expect(asked()).toBe(true);
});

test.each(["", "words and more", "-1 x"])("an owner file that says %j names nobody", async (text) => {
  const server = await politeServer();
  writeFileSync(ownerFile, text);
  await gone(await keep(server));
  expect(asked()).toBe(true);
});

test("a pid that is no longer the server gets no signal, and the keeper ends", async () => {
  const stranger = await politeServer();
  await gone(await keep({ pid: stranger.pid, startedAt: `${stranger.startedAt}0` }));
  expect(asked()).toBe(false);
});

test("a server that does not end for as long again is asked a second time, which ends it", async () => {
  const server = await startShell(
    `trap 'echo x >> ${folder.path}/asked' TERM
    while [ "$(wc -c < ${folder.path}/asked)" != 4 ]; do sleep 0.02; done 2>/dev/null`,
  );
  await gone(await keep(server));
  expect(statSync(join(folder.path, "asked")).size).toBe(4);
  expect(await isSameProcess(server)).toBe(false);
});

test("a server that takes its time is waited for and asked only once", async () => {
  const server = await startShell(
    `trap 'echo x >> ${folder.path}/asked' TERM; while [ ! -e ${folder.path}/done ]; do sleep 0.02; done`,
  );
  const keeper = await keep(server, 40);
  await until(asked);
  await passLooks(10);
  writeFileSync(join(folder.path, "done"), "");
  await gone(keeper);
  expect(statSync(join(folder.path, "asked")).size).toBe(2);
});

test("when the server dies while its owner lives, the socket is the owner's business", async () => {
  const server = await startShell("exec sleep 300");
  const us = await readProcessIdentity(process.pid);
  if (us === undefined) throw new Error("no identity");
  await writeOwnerFile(ownerFile, us);
  const keeper = await keep(server);
  // The owner has started its next server on the same path by now.
  const next = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  next.listen(socketPath, resolve);
  await promise;
  kill(server);
  await gone(keeper);
  expect(existsSync(socketPath)).toBe(true);
  next.close();
});

test("the owner file is private and replaced in one step", async () => {
  await writeOwnerFile(ownerFile, { pid: 7, startedAt: "Fri Nov 6 03:41:53 2026" });
  expect(statSync(ownerFile).mode & 0o777).toBe(0o600);
  expect(existsSync(`${ownerFile}.7`)).toBe(false);
});
