// Sessions at rest as the real Codex leaves them, read without any server, beside what its own index tells.
import { existsSync, utimesSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listSessions, readLastWords } from "../../src/chat/list-sessions.ts";
import { formatScript, type Step } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { readLastWords as readLastWordsOf, type Session } from "../../src/sessions/read-session.ts";
import { readSessions } from "../../src/sessions/read-sessions.ts";
import { SessionFiles } from "../../src/sessions/session-files.ts";
import { BareClient, type Params } from "../rigs/bare-client.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { TestPlace } from "../rigs/place.ts";
import { until } from "../rigs/until.ts";

let model: ScriptedModel;
let home: CodexHome;
beforeAll(async () => {
  model = await startScriptedModel();
  home = makeCodexHome({ modelUrl: model.url });
});
afterAll(async () => {
  await model.close();
  home.remove();
});

const everyKind = ["cli", "vscode", "exec", "appServer", "unknown", "subAgent", "subAgentThreadSpawn"];

/** Does `work` with a server of its own, which has ended when this resolves. */
async function withCodex<T>(work: (codex: BareClient) => Promise<T>): Promise<T> {
  const codex = await BareClient.overStdio(home.env, home.workFolder);
  try {
    return await work(codex);
  } finally {
    await codex.close();
  }
}

async function makeThread(codex: BareClient, words: string[], params: Params = {}): Promise<string> {
  const threadId = await codex.startThread({ cwd: home.workFolder, ...params });
  for (const text of words) await codex.runTurn(threadId, text);
  return threadId;
}

async function readAll(): Promise<Session[]> {
  const { sessions } = await readSessions({ codexHome: home.codexHome, limit: 50, archived: true });
  return sessions;
}

async function findRow(threadId: string): Promise<Session | undefined> {
  return (await readAll()).find(({ sessionId }) => sessionId === threadId);
}

test.each(["paginated", "legacy"])(
  "the words of history mode %s, not what Codex adds in the person's name [LIST-6f]",
  async (historyMode) => {
    const threadId = await withCodex(async (codex) => {
      const id = await makeThread(codex, ["the first", "the last"], { historyMode });
      // Recorded with the role "user", as AGENTS.md and the environment are.
      const from = codex.messages.length;
      await codex.request("thread/shellCommand", { threadId: id, command: "echo hi" });
      await codex.waitForMethod("turn/completed", from);
      return id;
    });
    expect(await findRow(threadId)).toMatchObject({
      preview: "the first",
      lastMessage: "the last",
      cwd: home.workFolder,
      originator: "bare_client",
      source: "vscode",
      subAgent: false,
      archived: false,
    });
  },
);

test("names, archived threads and those of sub-agents are told as the index tells them [LIST-6f LIST-6g]", async () => {
  const spawn: Step = { call: "spawn_agent", namespace: "multi_agent_v1", args: { message: "help out" } };
  const listed = await withCodex(async (codex) => {
    const named = await makeThread(codex, ["name me"]);
    await codex.request("thread/name/set", { threadId: named, name: "Release notes" });
    const archived = await makeThread(codex, ["put away"]);
    await codex.request("thread/archive", { threadId: archived });
    const parent = await makeThread(codex, [formatScript(spawn, { text: "spawned" })]);
    await codex.waitFor(
      ({ method, params }) =>
        method === "turn/completed" &&
        params.threadId !== parent &&
        params.threadId !== named &&
        params.threadId !== archived,
    );
    const ask = (wanted: boolean) =>
      codex.request("thread/list", {
        useStateDbOnly: true,
        sourceKinds: everyKind,
        archived: wanted,
        limit: 100,
      });
    const [live, away] = [await ask(false), await ask(true)];
    const mark = (archived: boolean) => (row: Params) => ({ ...row, archived }) as Params;
    return [...(live.data as Params[]).map(mark(false)), ...(away.data as Params[]).map(mark(true))];
  });
  const fromIndex = listed.map((row) => ({
    sessionId: row.id,
    cwd: row.cwd,
    archived: row.archived,
    subAgent: typeof row.source === "object",
    ...(row.name ? { name: row.name } : {}),
    // The index keeps it whole.
    preview: expect.stringContaining(String(row.preview).slice(0, 40)),
  }));
  const byId = (a: { sessionId: unknown }, b: { sessionId: unknown }) =>
    String(a.sessionId) < String(b.sessionId) ? -1 : 1;
  const fromFiles = await readAll();
  expect(fromFiles.toSorted(byId)).toMatchObject(fromIndex.toSorted(byId));
  expect(fromFiles.filter(({ subAgent }) => subAgent)).toMatchObject([{ preview: "help out" }]);
  expect(fromFiles.filter(({ archived }) => archived)).toMatchObject([{ preview: "put away" }]);
  expect(fromFiles.filter(({ name }) => name)).toMatchObject([{ name: "Release notes" }]);
});

test("what Codex has packed is read all the same, by the path that its index still tells [LIST-6a LIST-6f]", async () => {
  const threadId = await withCodex((codex) => makeThread(codex, ["pack me", "the last words"]));
  const path = (await findRow(threadId))?.sessionFile ?? "";
  const eightDaysAgo = Date.now() / 1000 - 8 * 86_400;
  utimesSync(path, eightDaysAgo, eightDaysAgo);
  const told = await withCodex(async (codex) => {
    await codex.request("rollout/compress");
    await until(() => existsSync(`${path}.zst`) && !existsSync(path));
    return (await codex.request("thread/read", { threadId })).thread as Params;
  });
  expect(told.path).toBe(path);
  expect(await readLastWordsOf(String(told.path))).toBe("the last words");
  expect(await findRow(threadId)).toMatchObject({
    ...{ preview: "pack me", lastMessage: "the last words", cwd: home.workFolder },
    sessionFile: `${path}.zst`,
  });
});

test("a fork that has no words yet is listed, with its own words as soon as it has some [LIST-6f]", async () => {
  const [quiet, used] = await withCodex(async (codex) => {
    const parent = await makeThread(codex, ["the trunk"]);
    const forks: string[] = [];
    for (const words of [[], ["the branch"]]) {
      const forked = (await codex.request("thread/fork", { threadId: parent })).thread as Params;
      for (const text of words) await codex.runTurn(String(forked.id), text);
      forks.push(String(forked.id));
    }
    return forks;
  });
  expect(await findRow(quiet ?? "")).not.toHaveProperty("lastMessage");
  expect(await findRow(used ?? "")).toMatchObject({ lastMessage: "the branch" });
});

test("a place lists from files and starts no server; once one runs, its index picks the same, with the same last words [LIST-6a LIST-6c LIST-6d]", async () => {
  const place = await TestPlace.open(model, "private");
  try {
    const { codexHome, workFolder, env } = place.home;
    const codex = await BareClient.overStdio(env, workFolder);
    for (const text of ["one", "two"]) {
      const threadId = await codex.startThread({ cwd: workFolder });
      await codex.runTurn(threadId, text);
      await codex.runTurn(threadId, `more of ${text}`);
    }
    await codex.close();
    const { threads, servers } = place;
    const here = { id: "here", name: "box", threads, servers, sessions: new SessionFiles(codexHome) };
    const list = async () => {
      const { found, fromFiles } = await listSessions(
        here,
        { matches: () => true, enough: 10 },
        new AbortController().signal,
      );
      const words = await readLastWords(here, found);
      return {
        fromFiles,
        rows: found.map(({ id, preview, cwd }, at) => ({ id, preview, cwd, last: words[at] })),
      };
    };
    const fromFiles = await list();
    expect(fromFiles).toMatchObject({
      fromFiles: "not-running",
      rows: [
        { preview: "two", last: "more of two", cwd: workFolder },
        { preview: "one", last: "more of one", cwd: workFolder },
      ],
    });
    expect(servers.status()).not.toHaveProperty("connected");
    expect(() => place.record()).toThrow();
    await servers.pick();
    const fromIndex = await list();
    expect(fromIndex.fromFiles).toBeUndefined();
    // Both may have been used in the same second, and the index counts in seconds.
    expect(new Set(fromIndex.rows)).toEqual(new Set(fromFiles.rows));
  } finally {
    await place.close();
  }
});
