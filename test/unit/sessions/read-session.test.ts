import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readLastWords, readSession, type Session } from "../../../src/sessions/read-session.ts";
import { line, noise, type RolloutOptions, said, writeRollout } from "../../rigs/rollouts.ts";
import { privateDirectory } from "../store/store-rig.ts";

const modified = "2026-03-02T10:00:00.000Z";

function read(options: RolloutOptions): Promise<Session> {
  const { id, path } = writeRollout(privateDirectory(), { modified, ...options });
  const began = "2026-03-01T10-00-00";
  return readSession({ sessionId: id, path, began, modifiedAt: Date.parse(modified), archived: false });
}

test.each([false, true])(
  "the first and the newest words, folder and source, packed: %s [LIST-6f]",
  async (packed) => {
    const lines = [said("fix\n the parser"), noise(10), said("and the tests"), noise(10)];
    expect(await read({ lines, packed })).toMatchObject({
      preview: "fix the parser",
      lastMessage: "and the tests",
      cwd: "/work/shop",
      source: "cli",
      originator: "codex-tui",
      subAgent: false,
      archived: false,
    });
  },
);

test.each([false, true])("of a longer file both ends, packed: %s [LIST-6e]", async (packed) => {
  const lines = [
    said("first"),
    noise(100_000),
    said("in the middle"),
    noise(100_000),
    said("last"),
    noise(60_000),
  ];
  expect(await read({ lines, packed })).toMatchObject({ preview: "first", lastMessage: "last" });
});

test("words that are further up than 64 KB are not looked for: none are shown rather than old ones [LIST-6e]", async () => {
  const session = await read({ lines: [noise(66_000), said("in the middle"), noise(66_000)] });
  expect(session.preview).toBeUndefined();
  expect(session.lastMessage).toBeUndefined();
});

test("a file that cannot be held in memory is no trouble [LIST-6e]", async () => {
  const { path } = writeRollout(privateDirectory(), { lines: [said("first")] });
  const file = openSync(path, "r+");
  ftruncateSync(file, 3 * 2 ** 30);
  writeSync(file, `\n${said("last")}\n`, 3 * 2 ** 30);
  closeSync(file);
  expect(() => readFileSync(path)).toThrow();
  expect(await readLastWords(path)).toBe("last");
});

test("a packed file that is long, or unpacks to far more, is shown by its beginning [LIST-6e]", async () => {
  const session = await read({ lines: [said("first"), noise(30_000_000), said("last")], packed: true });
  expect(session).toMatchObject({ preview: "first", cwd: "/work/shop", updatedAt: Date.parse(modified) });
  expect(session.lastMessage).toBeUndefined();
});

test("S0-D21 words are shown on one line, cut between characters [LIST-6f]", async () => {
  const { lastMessage = "" } = await read({ lines: [said(`${"a".repeat(138)}👩‍👩‍👧 more`)] });
  expect(lastMessage).toBe(`${"a".repeat(138)}…`);
});

test.each([
  [
    "a sub-agent begun by a thread",
    { source: { subagent: { thread_spawn: { depth: 1 } } }, parent_thread_id: "p" },
  ],
  ["a review", { source: { subagent: "review" } }],
])("%s is marked, and what it was told is nobody's last words [LIST-6g]", async (_, meta) => {
  const session = await read({ meta, lines: [said("look at it")] });
  expect(session).toMatchObject({ subAgent: true, source: "subAgent", preview: "look at it" });
  expect(session.lastMessage).toBeUndefined();
});

test.each([
  ["its newest line", "2026-03-02T09:00:00.5Z", Date.parse("2026-03-02T09:00:00.5Z")],
  ["the file where the line tells none", undefined, Date.parse(modified)],
  ["the file where the line tells nonsense", "yesterday", Date.parse(modified)],
  ["the file where the line is of the future", "+275760-01-01T00:00:00Z", Date.parse(modified)],
  ["the file where the line is of before Codex", "1970-01-01T00:00:01Z", Date.parse(modified)],
])("S0-D14 its time is that of %s", async (_, timestamp, time) => {
  expect((await read({ lines: [said("x", timestamp)] })).updatedAt).toBe(time);
});

test("damaged files still have a row [LIST-6h]", async () => {
  const path = join(privateDirectory(), "x.jsonl");
  const file = { sessionId: "id", path, began: "", modifiedAt: 1, archived: true };
  const bare = { sessionId: "id", updatedAt: 1, sessionFile: path, archived: true, subAgent: false };
  for (const text of [
    "",
    "\0\0\0",
    "{",
    "[]\n7\nnull\n",
    `${line("session_meta", {})}\n`,
    "x".repeat(200_000),
  ]) {
    writeFileSync(path, text);
    expect(await readSession(file)).toEqual(bare);
  }
  const packed = { ...file, path: `${path}.zst` };
  writeFileSync(packed.path, "no zstd");
  expect(await readSession(packed)).toEqual({ ...bare, sessionFile: packed.path });
  expect(await readSession({ ...file, path: `${path}.gone` })).toMatchObject({ sessionId: "id" });
});

test("last words are found whether or not the file was packed since; never behind a link or in a pipe [LIST-6a LIST-6h]", async () => {
  const home = privateDirectory();
  const packed = writeRollout(home, { lines: [said("packed words")], packed: true });
  expect(await readLastWords(packed.path.replace(/\.zst$/, ""))).toBe("packed words");
  const plain = writeRollout(home, { number: 1, lines: [said("plain words")] });
  expect(await readLastWords(plain.path)).toBe("plain words");
  symlinkSync(plain.path, join(home, "link.jsonl"));
  expect(await readLastWords(join(home, "link.jsonl"))).toBeUndefined();
  execFileSync("mkfifo", [join(home, "pipe.jsonl")]);
  expect(await readLastWords(join(home, "pipe.jsonl"))).toBeUndefined();
  expect(await readLastWords(home)).toBeUndefined();
  chmodSync(plain.path, 0);
  if (process.getuid?.() !== 0) expect(await readLastWords(plain.path)).toBeUndefined();
});
