import { describe, expect, test } from "vitest";
import { buildVoice } from "../../../src/chat/words/voice.ts";
import type { Asked } from "../../../src/codex/questions.ts";
import type { Notice } from "../../../src/conversations/voice.ts";
import { BridgeError } from "../../../src/errors.ts";
import { renderText } from "../../../src/hosts/terminal/render.ts";
import { own, says } from "../../../src/kit/blocks.ts";
import { choice, commandAsked, field } from "./chat-fixtures.ts";
import { buildQuestion } from "./question-fixtures.ts";

const voice = buildVoice();
const say = (notice: Notice) => {
  const { blocks, typed = [] } = voice.say(notice);
  return renderText([...blocks, ...typed]);
};

describe("where others read along [GATE-8h]", () => {
  const inGroup = (notice: Notice) => {
    const { inGroup: blocks } = voice.say(notice);
    return blocks && renderText(blocks);
  };
  const ask = (asked: Asked, params: Record<string, unknown>, item: unknown = null) =>
    inGroup({ type: "question", question: buildQuestion(asked, params, item), asked }) ?? "";

  test("a question for the owner says its kind and who was asked, and nothing else", () => {
    const text = ask(commandAsked, { command: "cat /secret/x", cwd: "/secret", reason: "look at /secret" });
    expect(text).toBe(
      "Question `k3b`: Codex wants to run a command.\nThe owner is asked in their own chat with me.",
    );
    const diff = {
      type: "fileChange",
      changes: [{ path: "/secret/x", kind: { type: "add" }, diff: "secret" }],
    };
    for (const kind of ["file-change", "permissions", "mcp-tool"] as const) {
      const params = {
        grantRoot: "/secret",
        message: "secret",
        permissions: { fileSystem: { write: ["/secret"] } },
      };
      const asked: Asked = { kind, choices: [choice("yes")], fields: [] };
      expect(ask(asked, params, diff)).not.toMatch(/secret|work|\/cx/);
      const question = buildQuestion(asked, params, diff);
      expect(voice.say({ type: "question", question, asked }).isForOwner).toBe(true);
    }
  });

  test("a question that wants words is shown, without the folder", () => {
    const asked: Asked = { kind: "user-input", choices: [], fields: [field("Colour")] };
    const text = ask(asked, {});
    expect(text).toContain("Colour");
    expect(text).not.toContain("/work");
    const question = buildQuestion(asked, {});
    expect(voice.say({ type: "question", question, asked })).not.toHaveProperty("isForOwner");
  });

  test("what runs, where, and which file failed is left out", () => {
    const working = { type: "still-working", quietMs: 0, elapsedMs: 60_000, isOurs: true } as const;
    expect(inGroup({ ...working, running: ["cat /secret/x"] })).toBe(say({ ...working, running: [] }));
    expect(inGroup({ ...working, running: [] })).toBeUndefined();
    const fail = (details: Record<string, string>) =>
      inGroup({ type: "failed", error: new BridgeError("folder-missing", "", details), late: false });
    expect(fail({ folder: "/secret/x" })).toMatch(/^The folder does not exist/);
    expect(fail({})).toBeUndefined();
    expect(inGroup({ type: "folder-changed", cwd: "/secret/x" })).not.toContain("secret");
    expect(inGroup({ type: "binding-open", says: says(own("in /secret/x")) })).not.toContain("secret");
    const question = buildQuestion(commandAsked, { command: "cat /secret/x" });
    const following = { type: "following", isOurs: true, questions: [question] } as const;
    expect(say(following)).toContain("waits for an answer: `k3b` (run `cat /secret/x`)");
    expect(inGroup(following)).toContain("waits for an answer: `k3b` (run a command)");
    expect(inGroup({ ...following, questions: [] })).toBeUndefined();
    const declined = { type: "declined", asked: commandAsked, params: { command: "cat /secret/x" } } as const;
    expect(inGroup(declined)).not.toContain("secret");
  });
});

describe("buttons below a notice [GATE-7a]", () => {
  const lines = (notice: Notice) =>
    voice
      .say(notice)
      .buttons?.flat()
      .map(({ line }) => line);
  const ask = (asked: Asked) => lines({ type: "question", question: buildQuestion(asked, {}), asked });
  const words = (change: Parameters<typeof field>[1]): Asked => ({
    ...{ kind: "user-input", choices: [] },
    fields: [field("f", change)],
  });
  const options = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ value: `v${at}`, label: `label ${at}` }));

  test("Stop only for what can be stopped from here", () => {
    const work = (isOurs: boolean) =>
      lines({ type: "still-working", quietMs: 0, elapsedMs: 60_000, running: [], isOurs });
    expect(lines({ type: "started" })).toEqual(["stop"]);
    expect(work(true)).toEqual(["stop"]);
    expect(work(false)).toBeUndefined();
    expect(lines({ type: "queued", ahead: 1 })).toBeUndefined();
  });

  test("choices by number, options by number, eight at most; yes or no; the rest is typed", () => {
    expect(ask(commandAsked)).toEqual(["answer k3b 1", "answer k3b 2", "answer k3b 3", "answer k3b 4"]);
    expect(ask(words({ type: "choice", options: options(2) }))).toEqual(["answer k3b 1", "answer k3b 2"]);
    expect(ask(words({ type: "boolean" }))).toEqual(["answer k3b yes", "answer k3b no"]);
    expect(ask(words({ type: "choice", options: options(9) }))).toEqual([]);
    expect(ask(words({ type: "choices", options: options(2) }))).toEqual([]);
    expect(ask(words({}))).toEqual([]);
  });

  test("yes and no for what was cut off", () => {
    expect(lines({ type: "cut-off", token: "k3b", message: "x" })).toEqual(["yes k3b", "no k3b"]);
    expect(lines({ type: "unknown-fate", token: "k3b", message: "x" })).toEqual(["yes k3b", "no k3b"]);
  });
});

test("the reply is what Codex wrote, late ones say so", () => {
  expect(say({ type: "reply", text: "done\n", late: false })).toBe("done\n");
  expect(say({ type: "reply", text: "done", late: true })).toMatch(/^\(Delayed: .*\)\ndone$/);
  expect(say({ type: "empty-reply", late: false })).toBe("Codex finished without a text.");
});

test("a failed or stopped turn keeps what Codex had written [S1-D11, S1-D22]", () => {
  const error = new BridgeError("usage-limit", "", { message: "resets at 5 pm" });
  expect(say({ type: "failed", error, text: "half", late: false })).toMatch(
    /usage limit[\s\S]*resets at 5 pm[\s\S]*until then:\nhalf$/,
  );
  expect(say({ type: "stopped", text: "half", late: false })).toMatch(/^Stopped\.[\s\S]*half$/);
});

test("what only the person can decide asks, with what to type", () => {
  for (const type of ["cut-off", "unknown-fate"] as const) {
    const text = say({ type, token: "k3b", message: "do it" });
    expect(text).toMatch(/"do it"[\s\S]*Send it again\?\n`\/cx yes k3b` or `\/cx no k3b`$/);
  }
});

test("signs of life", () => {
  expect(say({ type: "queued", ahead: 2 })).toBe("Queued behind 2.");
  const working = { type: "still-working", elapsedMs: 65 * 60_000, quietMs: 0, isOurs: true } as const;
  expect(say({ ...working, running: ["npm  test", ""] })).toBe(
    "Still working after 1 h 5 min, running `npm test`. `/cx stop` ends it.",
  );
  expect(say({ ...working, quietMs: 60_000, running: [] })).toContain("no sign for 1 min");
  const reasons = ["foreign-turn", "thread-held", "backfill", "loading", "connection", "node-away"] as const;
  for (const reason of reasons) expect(say({ type: "waiting", reason })).toContain("/cx stop");
  expect(say({ type: "declined", asked: commandAsked, params: { command: "rm x" } })).toMatch(
    /nobody was there.*run `rm x`.*declined/,
  );
});

test("only what a stop can do is offered", () => {
  const theirs = say({ type: "still-working", elapsedMs: 90_000, quietMs: 0, running: [], isOurs: false });
  expect(theirs).toMatch(/somebody else's turn/);
  expect(theirs).not.toContain("/cx stop");
  const held = say({ type: "waiting", reason: "thread-held", isSent: true });
  expect(held).toMatch(/sent before.*`\/cx stop` ends the waiting/);
  expect(held).not.toContain("takes");
  expect(say({ type: "waiting", reason: "connection", isSent: true })).not.toContain("/cx stop");
});

test("a node that is away is named; its turn goes on there and its reply will come [NODE-4e]", () => {
  const away = { type: "waiting", reason: "node-away", node: "annex" } as const;
  expect(say({ ...away, isSent: true })).toBe(
    "The node annex is not connected to the gateway. Your turn goes on there, and its reply comes when the node is back; `/cx stop` stops it then.",
  );
  expect(say(away)).toMatch(/^The node annex is not connected.*The message waits until it is back/);
  for (const reason of ["connection", "thread-held", "backfill"] as const) {
    expect(say({ type: "waiting", reason, node: "annex" })).toMatch(/ on annex /);
    expect(say({ type: "waiting", reason })).not.toMatch(/ on |undefined/);
  }
});

test("a wait that lasts says for how long", () => {
  expect(say({ type: "waiting", reason: "backfill", elapsedMs: 80_000 })).toContain("(1 min so far)");
});
