import { expect, test } from "vitest";
import { thread, threadId } from "./chat-fixtures.ts";
import { openChat } from "./chat-rig.ts";

const many = (count: number) =>
  Array.from({ length: count }, (_, at) =>
    thread(`019b${String(at).padStart(4, "0")}-0000-7000-8000-000000000000`, { name: `job ${at}` }),
  );

test("the list is numbered, with name or first words, folder, age and source, and says who holds what", async () => {
  const chat = openChat();
  chat.sessions.push(
    thread("a", { name: "the shop", updatedAt: chat.clock.now() / 1000 - 3 * 3600 }),
    thread("b", { source: "vscode", originator: "codex_vscode" }),
    thread("c", { source: "exec", originator: "codex_exec", cwd: "/x" }),
    thread("d", { source: "vscode", originator: "openclaw-codex-threads", preview: "" }),
  );
  chat.bind({ threadId: "b" });
  chat.store.bindings.insert({
    ...chat.bind({ threadId: "b" }),
    id: "b2",
    conversation: "other",
    threadId: "c",
  });
  const lines = (await chat.say("/cx sessions"))?.split("\n");
  expect(lines?.slice(0, 8)).toEqual([
    "1. the shop",
    "   …/work/shop, 3 h ago, terminal",
    "2. first words of b",
    "   …/work/shop, just now, editor, bound here",
    "3. first words of c",
    "   /x, just now, exec, bound elsewhere",
    "4. (no words)",
    "   …/work/shop, just now, chat",
  ]);
});

test("what is hidden is counted, and why [CONV-15d]", async () => {
  const chat = openChat();
  chat.sessions.push(
    thread("a"),
    thread("b", { parentThreadId: "a" }),
    thread("c", { source: { subAgent: "x" } }),
    thread("d", { ephemeral: true }),
  );
  chat.archived.push(thread("z"));
  const reply = await chat.say("/cx sessions");
  expect(reply).toContain("Hidden: 2 of sub-agents, 1 ephemeral, 1 archived.");
  expect(reply).not.toContain("2. ");
});

test("pages go on counting, and their numbers stay good for resume [CONV-15d CONV-15f]", async () => {
  const chat = openChat();
  chat.sessions.push(...many(25));
  expect(await chat.say("/cx sessions")).toContain("More: `--page 2`");
  const second = await chat.say("/cx sessions —page 2");
  expect(second).toContain("11. job 10");
  expect(second).not.toContain("\n10. ");
  await chat.say("/cx resume 3");
  await chat.say("/cx resume 12");
  expect(chat.called("prepareThread").map(([request]) => request)).toMatchObject([
    { threadId: chat.sessions[2]?.id },
    { threadId: chat.sessions[11]?.id },
  ]);
  expect(await chat.say("/cx sessions --page 9")).toContain("No further sessions");
  expect(await chat.say("/cx sessions --page none")).toContain("--page wants a number");
});

test("words look in name, first words, folder and id over all cursors; where the search stopped is said [CONV-15d]", async () => {
  const chat = openChat();
  chat.sessions.push(...many(150), thread("last", { preview: "Fix the LOGIN", cwd: "/home/ann/site" }));
  const found = await chat.say("/cx sessions login site");
  expect(found).toContain("1. Fix the LOGIN");
  expect(found).not.toContain("2. ");
  chat.sessions.unshift(...many(1000));
  expect(await chat.say("/cx sessions login")).toContain("Only the newest 1000 sessions were looked at");
});

test("--cwd: an absolute folder is Codex's filter, another one the end of a folder", async () => {
  const chat = openChat();
  chat.sessions.push(thread("a"), thread("b", { cwd: "/home/ann/other" }));
  expect(await chat.say("/cx sessions --cwd /home/ann/other")).toContain("1. first words of b");
  expect(chat.called("list")[0]).toMatchObject([{ cwd: "/home/ann/other" }]);
  for (const folder of ["shop", "work/shop/", "~/work/shop"]) {
    const reply = await chat.say(`/cx sessions --cwd ${folder}`);
    expect(reply).toContain("1. first words of a");
    expect(reply).not.toContain("2. ");
  }
});

test.each([
  ["the whole id in capitals", threadId.toUpperCase(), threadId],
  ["a unique beginning of an id", "019A1", "019a1000-0000-7000-8000-000000000000"],
  ["a name in any case", "THE shop", "019a2000-0000-7000-8000-000000000000"],
  ["a unique beginning of a name", "gar", "019c3000-0000-7000-8000-000000000000"],
  ["a name that looks like several ids", "019a", "019c4000-0000-7000-8000-000000000000"],
])("resume by %s", async (_, selector, id) => {
  const chat = openChat();
  chat.sessions.push(
    thread("019a1000-0000-7000-8000-000000000000", { name: "the shop of horrors" }),
    thread("019a2000-0000-7000-8000-000000000000", { name: "The Shop" }),
    thread("019c3000-0000-7000-8000-000000000000", { name: "garden" }),
    thread("019c4000-0000-7000-8000-000000000000", { name: "019a" }),
  );
  expect(await chat.say(`/cx resume ${selector} --bind here`)).toContain(`thread \`${id}\``);
});

test("what fits several or none is said with the way on, and nothing is bound", async () => {
  const chat = openChat();
  chat.sessions.push(...many(8));
  expect(await chat.say("/cx resume job")).toMatch(
    /Several sessions fit "job":\n019b0000\S+ job 0\n[\s\S]*and 3 more\n/,
  );
  expect(await chat.say("/cx resume 99")).toContain('No session fits "99"');
  expect(await chat.say("/cx resume nothing like it")).toContain("/cx sessions");
  expect(await chat.say("/cx resume")).toContain("which one?");
  expect(await chat.say("/cx resume x --host moon")).toContain("no host moon");
  expect(chat.called("prepareThread")).toEqual([]);
});

test("resuming tells the last words of both, when and where, and what is in force", async () => {
  const chat = openChat();
  expect((await chat.say(`/cx resume ${threadId}`))?.split("\n")).toEqual([
    `Bound here: thread \`${threadId}\` "the shop".`,
    "You: fix it",
    "Codex: it is fixed",
    "Last used: 3 h ago, in /work on box",
    "In force: model gpt-big, sandbox read-only",
  ]);
});
