import { appendFileSync, chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  findSession,
  mostFilesRead,
  readSessions,
  type SessionsQuery,
} from "../../../src/sessions/read-sessions.ts";
import { said, writeRollout } from "../../rigs/rollouts.ts";
import { privateDirectory } from "../store/store-rig.ts";

const day = (number: number) => `2026-03-${String(number).padStart(2, "0")}T10:00:00.000Z`;

async function list(codexHome: string, query: Partial<SessionsQuery> = {}): Promise<string[]> {
  const { sessions } = await readSessions({ codexHome, limit: 10, ...query });
  return sessions.map(({ preview, sessionId }) => preview ?? sessionId);
}

/** A session of each of these days, named by its day. */
function fill(codexHome: string, days: number[]): void {
  for (const number of days)
    writeRollout(codexHome, { number, began: day(number), lines: [said(`day ${number}`, day(number))] });
}

test("the newest come first, by when they were last used, as many as asked for [LIST-6c]", async () => {
  const home = privateDirectory();
  fill(home, [1, 4, 2, 3]);
  const used = [said("old but used", day(1)), said("again", day(9))];
  writeRollout(home, { number: 9, began: day(1), modified: day(9), lines: used });
  expect(await list(home, { limit: 3 })).toEqual(["old but used", "day 4", "day 3"]);
  expect(await list(home)).toHaveLength(5);
});

test("S0-D14 copied to a new machine in any order, all files being equally new, they keep theirs [LIST-6c]", async () => {
  const home = privateDirectory();
  for (const number of [3, 1, 5, 2, 4]) {
    // The later copied, the newer the file.
    const { path } = writeRollout(home, {
      number,
      began: day(number),
      lines: [said(`day ${number}`, day(number))],
    });
    utimesSync(path, new Date(), new Date(Date.parse(day(20)) - number * 1000));
  }
  expect(await list(home, { limit: 2 })).toEqual(["day 5", "day 4"]);
});

test("S0-D14 same time: by id, so that the order is always the same", async () => {
  const home = privateDirectory();
  for (const number of [2, 3, 1]) writeRollout(home, { number, lines: [said(`no ${number}`)] });
  expect(await list(home)).toEqual(["no 3", "no 2", "no 1"]);
});

test("archived ones are counted, listed on request and marked; a live one of the same id wins [LIST-6g]", async () => {
  const home = privateDirectory();
  fill(home, [1]);
  writeRollout(home, { number: 2, began: day(2), archived: true, lines: [said("put away")] });
  writeRollout(home, { number: 1, began: day(1), archived: true, lines: [said("left over")] });
  expect(await readSessions({ codexHome: home, limit: 5 })).toMatchObject({
    sessions: [{ preview: "day 1", archived: false }],
    archived: 1,
  });
  const { sessions } = await readSessions({ codexHome: home, limit: 5, archived: true });
  expect(sessions).toMatchObject([
    { preview: "put away", archived: true },
    { preview: "day 1", archived: false },
  ]);
});

test("a filter looks further until enough are found; sub-agents are counted [LIST-6g]", async () => {
  const home = privateDirectory();
  fill(home, [1, 2, 3]);
  const meta = { source: { subagent: "review" } };
  for (const number of [7, 8]) writeRollout(home, { number, began: day(number), meta });
  const found = await readSessions({ codexHome: home, limit: 2, filter: ({ subAgent }) => !subAgent });
  expect(found).toMatchObject({
    sessions: [{ preview: "day 3" }, { preview: "day 2" }],
    subAgents: 2,
    partly: false,
  });
});

test("a search that finds nothing ends, and says that it did not look at all [LIST-6e]", async () => {
  const home = privateDirectory();
  for (let number = 0; number < mostFilesRead + 5; number += 1) writeRollout(home, { number });
  let looked = new Set<string>();
  const filter = ({ sessionId }: { sessionId: string }) => looked.add(sessionId).size < 0;
  expect(await readSessions({ codexHome: home, limit: 1, filter })).toMatchObject({
    sessions: [],
    partly: true,
  });
  expect(looked.size).toBe(mostFilesRead);
  looked = new Set();
  await readSessions({
    codexHome: home,
    limit: 10,
    filter: ({ sessionId }) => looked.add(sessionId).size > 0,
  });
  expect(looked.size).toBe(10);
});

test("one that is being packed is listed once, the name given last is its name [LIST-6f]", async () => {
  const home = privateDirectory();
  const { id } = writeRollout(home, { lines: [said("both")] });
  writeRollout(home, { lines: [said("both")], packed: true });
  const rename = (name: string) => `${JSON.stringify({ id, thread_name: name, updated_at: day(1) })}\n`;
  appendFileSync(join(home, "session_index.jsonl"), `${rename("once")}torn\n${rename("Release notes")}`);
  const { sessions } = await readSessions({ codexHome: home, limit: 5 });
  expect(sessions).toMatchObject([{ name: "Release notes", sessionFile: expect.stringMatching(/\.jsonl$/) }]);
});

test("links, strange names and folders too deep are passed over, unreadable folders are empty [LIST-6h]", async () => {
  const home = privateDirectory();
  const elsewhere = privateDirectory();
  fill(home, [1]);
  fill(elsewhere, [2]);
  const sessions = join(home, "sessions");
  symlinkSync(join(elsewhere, "sessions/2026/03/02"), join(sessions, "2026/03/02"));
  const other = writeRollout(elsewhere, { number: 3 });
  symlinkSync(other.path, join(sessions, other.path.split("/").at(-1) ?? ""));
  for (const name of ["rollout-x.jsonl", "notes.txt", `${other.id}.jsonl`])
    writeFileSync(join(sessions, name), "{}\n");
  const deep = join(sessions, "a/b/c/d/e");
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(deep, other.path.split("/").at(-1) ?? ""), "{}\n");
  const closed = join(sessions, "2027");
  mkdirSync(closed, { mode: 0 });
  expect(await list(home)).toEqual(["day 1"]);
  chmodSync(closed, 0o700);
});

test("a home that is not there, or empty, has no sessions [LIST-6h]", async () => {
  const empty = { sessions: [], archived: 0, subAgents: 0, partly: false };
  const home = privateDirectory();
  expect(await readSessions({ codexHome: home, limit: 5 })).toEqual(empty);
  expect(await readSessions({ codexHome: join(home, "none"), limit: 5 })).toEqual(empty);
});

test("S0-D22 S0-D23 exactly one id is found, in any case, not another that looks like it [LIST-6h]", async () => {
  const home = privateDirectory();
  const { id } = writeRollout(home, { archived: true, lines: [said("mine")] });
  writeRollout(home, { number: 1 });
  expect(await findSession(home, id.toUpperCase())).toMatchObject({ sessionId: id, preview: "mine" });
  expect(await findSession(home, id.slice(0, -1))).toBeUndefined();
});

test("it can be cancelled", async () => {
  const home = privateDirectory();
  fill(home, [1]);
  const signal = AbortSignal.abort();
  await expect(readSessions({ codexHome: home, limit: 5, signal })).rejects.toMatchObject({
    code: "cancelled",
  });
});
