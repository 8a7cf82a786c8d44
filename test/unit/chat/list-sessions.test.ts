// Who answers `/cx sessions`, and the last words in it; the list itself is in sessions.test.ts.
import { expect, test } from "vitest";
import { said, writeRollout } from "../../rigs/rollouts.ts";
import { here, thread } from "./chat-fixtures.ts";
import { openChat } from "./chat-rig.ts";

type Rig = ReturnType<typeof openChat>;

async function list(chat: Rig, words = ""): Promise<string> {
  return (await chat.say(`/cx sessions ${words}`.trim())) ?? "";
}

/** As the server tells it, with its rollout below the CODEX_HOME. */
function addThread(chat: Rig, number: number, words: string[], name = `thread ${number}`): void {
  const { id, path } = writeRollout(chat.codexHome, { number, lines: words.map((each) => said(each)) });
  chat.sessions.push(thread(id, { name, path }));
}

test("a server that runs answers; the person's last words come from the rollouts of the rows on the page alone [LIST-6a LIST-6b]", async () => {
  const chat = openChat();
  for (let number = 1; number <= 12; number += 1) addThread(chat, number, ["begin", `words ${number}`]);
  const lines = (await list(chat)).split("\n");
  expect(lines.slice(0, 3)).toEqual([
    "1. thread 1",
    "   …/work/shop, just now, terminal",
    "   You, last: words 1",
  ]);
  expect(lines.join()).not.toMatch(/words 11|files|messages/);
  expect(await list(chat, "--page 2")).toContain("   You, last: words 11");
});

test("words that are the title already are not said twice, a rollout that is gone has none [LIST-6a]", async () => {
  const chat = openChat();
  addThread(chat, 1, ["fix it"], "fix it");
  chat.sessions.push(thread("b", { path: "/gone" }), thread("c", { path: null }));
  expect(await list(chat)).not.toContain("You, last");
});

test("where no server runs the files answer and say so; none is asked [LIST-6c LIST-6d LIST-6g]", async () => {
  const chat = openChat();
  chat.now.serverRuns = false;
  const { codexHome } = chat;
  const ago = (hours: number) => new Date(chat.clock.now() - hours * 3_600_000).toISOString();
  const first = writeRollout(codexHome, {
    number: 1,
    began: ago(3),
    lines: [said("old"), said("newer words")],
  });
  writeRollout(codexHome, {
    number: 2,
    began: "2026-03-02T10:00:00Z",
    meta: { source: { subagent: "review" } },
  });
  writeRollout(codexHome, { number: 3, began: ago(1), archived: true });
  writeRollout(codexHome, { number: 4, began: ago(28 * 24), meta: { cwd: "/work/garden" } });
  expect((await list(chat)).split("\n")).toEqual([
    "1. old",
    "   /work/shop, 3 h ago, terminal",
    "   You, last: newer words",
    "2. (no words)",
    "   /work/garden, 28 d ago, terminal",
    "Read from the files: no Codex server runs.",
    "Hidden: 1 of sub-agents, 1 archived.",
    "`/cx resume <number>` binds one here.",
  ]);
  expect(await list(chat, "--cwd garden")).not.toContain("old");
  expect(await list(chat, "--cwd /work/shop")).not.toContain("garden");
  expect(await list(chat, "OLD shop")).toContain("1. old");
  expect(chat.called("list")).toEqual([]);
  expect(chat.store.lists.read(here)).toEqual([{ threadId: first.id, place: "here" }]);
});

test.each(["server-backfilling", "server-exited", "codex-not-found", "backend-timeout"] as const)(
  "the files answer when the server fails with %s [LIST-6c]",
  async (code) => {
    const chat = openChat();
    chat.now.listError = code;
    writeRollout(chat.codexHome, { lines: [said("still here")] });
    const reply = await list(chat);
    expect(reply).toContain("1. still here");
    expect(reply).toContain(`the Codex server could not answer (${code})`);
  },
);

test("a person who gave up gets no list from the files instead [LIST-6c]", async () => {
  const chat = openChat();
  chat.now.listError = "cancelled";
  writeRollout(chat.codexHome, { lines: [said("still here")] });
  const reply = await list(chat);
  expect(reply).not.toBe("");
  expect(reply).not.toContain("still here");
});
