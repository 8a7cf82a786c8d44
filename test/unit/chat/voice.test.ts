import { describe, expect, test } from "vitest";
import { buildVoice } from "../../../src/chat/voice.ts";
import type { Asked, ChoiceName } from "../../../src/codex/questions.ts";
import type { Notice } from "../../../src/conversations/voice.ts";
import { BridgeError } from "../../../src/errors.ts";
import type { Question } from "../../../src/store/rows.ts";
import { choice, commandAsked, field } from "./chat-fixtures.ts";

const voice = buildVoice();
const say = (notice: Notice) => voice.say(notice).text;

function buildQuestion(asked: Asked, params: Record<string, unknown>, item: unknown = null): Question {
  return {
    token: "k3b",
    kind: asked.kind,
    conversation: "c",
    asker: "ann",
    place: "here",
    serverInstance: "s",
    requestId: "0",
    payload: { params, item, folder: "/work", host: "box" },
    state: "open",
    createdAt: 0,
  };
}

function put(asked: Asked, params: Record<string, unknown>, item: unknown = null): string {
  return say({ type: "question", question: buildQuestion(asked, params, item), asked });
}

describe("where others read along [GATE-8h]", () => {
  const inGroup = (notice: Notice) => voice.say(notice).inGroup;
  const ask = (asked: Asked, params: Record<string, unknown>, item: unknown = null) =>
    inGroup({ type: "question", question: buildQuestion(asked, params, item), asked }) ?? "";

  test("a question for the owner says its kind, who was asked and how to answer, and nothing else", () => {
    const text = ask(
      { ...commandAsked },
      { command: "cat /secret/x", cwd: "/secret", reason: "look at /secret" },
    );
    expect(text).toMatch(/^Question k3b: Codex wants to run a command:\nThe owner is asked/);
    expect(text).toContain("`/cx yes k3b`: this once");
    expect(text).not.toMatch(/secret|work|npm test/);
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
      expect(ask({ kind, choices: [choice("yes")], fields: [] }, params, diff)).not.toMatch(/secret|work/);
    }
  });

  test("a question that wants words is shown, without the folder", () => {
    const asked: Asked = { kind: "user-input", choices: [], fields: [field("Colour")] };
    const text = ask(asked, {});
    expect(text).toContain("Colour");
    expect(text).not.toContain("/work");
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
    expect(inGroup({ type: "binding-open", says: "in /secret/x" })).not.toContain("secret");
    const question = buildQuestion(commandAsked, { command: "cat /secret/x" });
    const following = { type: "following", isOurs: true, questions: [question] } as const;
    expect(say(following)).toContain("waits for an answer: k3b (run `cat /secret/x`)");
    expect(inGroup(following)).toContain("waits for an answer: k3b (run a command)");
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

describe("a question shows what is asked, where, and exactly the choices offered [TURN-11b TURN-11c TURN-11d]", () => {
  test("command", () => {
    expect(
      put(commandAsked, { command: "npm test", cwd: "/work/sub", reason: "needs  the\nnetwork" }).split("\n"),
    ).toEqual([
      "Question k3b: Codex wants to run a command:",
      "`npm test`",
      "in /work/sub on box",
      "Reason given: needs the network",
      "",
      "`/cx yes k3b`: this once",
      "`/cx yes k3b for the session`: also the like of it, until the thread is unloaded",
      "`/cx no k3b [what to do instead]`: no; Codex goes on without it",
      "`/cx answer k3b always`: a permanent rule for all chats and the terminal (`npm test`); only the owner may",
    ]);
    expect(put({ ...commandAsked, choices: [choice("no")] }, { command: "x" })).not.toContain("/cx yes");
  });

  test("each of several permanent rules, by a name of its own and with its words", () => {
    const rule = (name: ChoiceName, words: string) => ({ ...choice(name), ownerOnly: true, rule: words });
    const choices = [choice("yes"), rule("always", "npm test"), rule("always 2", "npm run")];
    const lines = put({ ...commandAsked, choices }, { command: "npm test" }).split("\n");
    expect(lines.slice(-2)).toEqual([
      "`/cx answer k3b always`: a permanent rule for all chats and the terminal (`npm test`); only the owner may",
      "`/cx answer k3b always 2`: a permanent rule for all chats and the terminal (`npm run`); only the owner may",
    ]);
  });

  test("the shell that Codex wraps around a command is left out where that changes nothing", () => {
    expect(put(commandAsked, { command: "/bin/bash -lc 'npm test && ls'" })).toContain(
      "\n`npm test && ls`\n",
    );
    const quoted = `/bin/bash -lc 'echo '"'"'a'"'"''`;
    expect(put(commandAsked, { command: quoted })).toContain(quoted);
  });

  test("a command that cannot be shown whole, or would look like another one, is marked", () => {
    const long = put(commandAsked, { command: `echo ${"x".repeat(9_000)}` });
    expect(long).toMatch(/\(\d+ more characters not shown\)/);
    expect(put(commandAsked, { command: "rm \u202e\u001b[8mtxt" })).toContain("`rm \ufffdtxt`");
  });

  test("file change: the files, and a bounded diff", () => {
    const diff = Array.from({ length: 100 }, (_, at) => `line ${at}`).join("\n");
    const item = {
      type: "fileChange",
      id: "i",
      changes: [
        { path: "/work/a.ts", diff, kind: { type: "add" } },
        { path: "/work/b.ts", diff: "", kind: { type: "update", move_path: "/work/c.ts" } },
      ],
    };
    const text = put({ kind: "file-change", choices: [choice("yes")], fields: [] }, {}, item);
    expect(text).toContain("add /work/a.ts\nupdate /work/b.ts -> /work/c.ts\n--- /work/a.ts\n+line 0\n");
    expect(text).toContain("+line 58\n(41 more lines not shown)");
    expect(text).not.toContain("+line 59\n");
    expect(put({ kind: "file-change", choices: [], fields: [] }, {})).toContain("not told");
  });

  test("permissions, one by one, unknown ones too", () => {
    const permissions = {
      network: { enabled: true },
      fileSystem: { entries: [{ access: "write", path: { type: "path", path: "/data" } }], read: ["/etc"] },
      gpu: { all: 1 },
    };
    const text = put({ kind: "permissions", choices: [choice("yes")], fields: [] }, { permissions });
    expect(text).toContain('- use of the network\n- write /data\n- read /etc\n- gpu: {"all":1}');
  });

  test("an MCP tool with its arguments", () => {
    const text = put(
      { kind: "mcp-tool", choices: [choice("yes"), choice("cancel")], fields: [] },
      { serverName: "files", message: "Allow delete?", _meta: { tool_params: { path: "/x" } } },
    );
    expect(text).toContain(
      'a tool of files wants to run.\nAllow delete?\nwith {"path":"/x"}\nin /work on box',
    );
    expect(text).toContain("`/cx answer k3b cancel`: dismiss the question");
  });

  test("words: numbered options, several fields, and a warning for secrets", () => {
    const options = [
      { value: "r", label: "Red" },
      { value: "g", label: "Green" },
    ];
    const fields = [
      field("Colour", { question: "Which one?", type: "choice", options }),
      field("Size", { type: "integer", required: false, secret: true }),
    ];
    const text = put({ kind: "user-input", choices: [], fields }, {});
    expect(text).toContain("1. Colour: Which one?\n   1 Red\n   2 Green\n2. Size (a whole number, optional)");
    expect(text).toContain("stays readable in this chat");
    expect(text).toContain("`/cx answer k3b <Colour> | <Size>`: all answers");
    const single = put(
      { kind: "elicitation", choices: [choice("no")], fields: [field("Name")] },
      { serverName: "db", message: "Who?" },
    );
    expect(single).toMatch(
      /db asks:\nWho\?\nName\n[\s\S]*`\/cx no k3b[\s\S]*`\/cx answer k3b <your words>`$/,
    );
    expect(single).not.toContain("readable");
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
