// Whatever came from outside stands in a list or a card as a name, a path, code, a literal or the model's words: never in
// a sentence of ours.
import { expect, test } from "vitest";
import {
  formatLogEntry,
  formatLogTail,
  formatRunEnded,
  formatRunList,
} from "../../../src/chat/words/run-text.ts";
import { renderText } from "../../../src/hosts/terminal/render.ts";
import type { Block, Line } from "../../../src/kit/blocks.ts";
import type { Run } from "../../../src/runs/run-store.ts";
import { here, stranger, thread, threadId } from "./chat-fixtures.ts";
import { openChat } from "./chat-rig.ts";

const evil = "EVIL **b** [x](y) `z` <@1>\u001b[2J\u202e";

function readLines(block: Block): readonly Line[] {
  if ("say" in block) return [block.say];
  return "list" in block ? block.list : [];
}

function expectOutside(blocks: readonly Block[] | undefined): void {
  const own = (blocks ?? [])
    .flatMap(readLines)
    .flatMap((each) => each.filter((one) => typeof one === "string"));
  expect(JSON.stringify(blocks)).toMatch(/EVIL/i);
  expect(own.join("\n")).not.toMatch(/EVIL/i);
  for (const sign of ["\u001b", "\u202e"]) expect(renderText(blocks ?? [])).not.toContain(sign);
}

test.each([
  "status",
  "sessions",
  "sessions --host all",
  "new --cwd '/EVIL/**b**'",
  "queue",
  "model",
  `model EVIL-**b**`,
  "effort",
  `allow EVIL-**b**`,
  "allow",
  "doctor",
  `yes EVIL-**b**`,
  `sessions --EVIL-**b** x`,
  `EVIL-**b**`,
])("/cx %s", async (line) => {
  const chat = openChat();
  chat.bind({
    threadId,
    cwd: `/work/${evil}`,
    requested: { model: evil },
    inForce: { model: evil, effort: evil },
  });
  chat.sessions.push(thread(threadId, { name: evil, cwd: `/home/${evil}` }));
  chat.now.checks = [{ name: "codex", state: "ok", says: [{ path: evil }] }];
  chat.services.refused.note(here, { ...stranger, name: evil });
  await chat.receive(evil);
  const { reply } = await chat.receive(`/cx ${line}`);
  expectOutside(reply?.blocks);
});

const run: Run = {
  ...{ name: "brave-owl", kind: "exec", codexHome: "/c", cwd: "/w", network: false, state: "open" },
  ...{ settings: {}, creator: { pid: 1, startedAt: "" }, createdAt: 0, preview: evil },
  host: { place: "node:1", name: evil },
} as Run;

test.each(["said", "message", "plan", "command", "output", "tool", "error", "notice"] as const)(
  "an entry of a run's log: %s",
  (kind) => {
    const entry = { stream: "out", key: "k", kind, text: `${evil}\nEVIL two` } as const;
    expectOutside(formatLogEntry(entry));
    expectOutside(formatLogTail(run, "running", [entry]));
  },
);

test("rows and ends of runs", () => {
  expectOutside(formatRunList([{ run, status: "running" }], 0));
  const error = { message: evil, codexErrorInfo: null, additionalDetails: null };
  expectOutside(formatRunEnded(run, "failed", [{ id: "t", items: [], status: "failed", error } as never]));
});

test("how the log of a run looks", () => {
  const show = (kind: "said" | "command" | "output" | "error", text: string) =>
    renderText(formatLogEntry({ stream: "out", key: "k", kind, text }));
  expect(show("said", "one\r\ntwo")).toBe("> one\n> two");
  expect(show("command", "npm test")).toBe("$ npm test");
  expect(show("output", "$ rm\n\tok")).toBe("    $ rm\n    \tok");
  expect(show("error", "no model")).toBe("The turn failed: no model");
  expect(show("error", "no\nmodel")).toBe("The turn failed:\n    no\n    model");
});
