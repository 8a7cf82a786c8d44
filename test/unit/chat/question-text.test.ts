// A question as a person reads it: what is decided about is there to the letter, whatever it is made of.
import { describe, expect, test } from "vitest";
import { buildVoice } from "../../../src/chat/words/voice.ts";
import type { Asked, ChoiceName } from "../../../src/codex/questions.ts";
import { renderText } from "../../../src/hosts/terminal/render.ts";
import type { Block } from "../../../src/kit/blocks.ts";
import { choice, commandAsked, field } from "./chat-fixtures.ts";
import { buildQuestion } from "./question-fixtures.ts";

const voice = buildVoice();

function say(asked: Asked, params: Record<string, unknown>, item: unknown = null) {
  return voice.say({ type: "question", question: buildQuestion(asked, params, item), asked });
}

function put(asked: Asked, params: Record<string, unknown>, item: unknown = null): string {
  const { blocks, typed = [] } = say(asked, params, item);
  return renderText([...blocks, ...typed]);
}

/** The literals of a question, as they are kept. */
function literals(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block) => ("literal" in block ? [block.literal] : []));
}

const fileChange: Asked = { kind: "file-change", choices: [choice("yes")], fields: [] };
const permissions: Asked = { kind: "permissions", choices: [choice("yes")], fields: [] };
const tool: Asked = { kind: "mcp-tool", choices: [choice("yes"), choice("cancel")], fields: [] };

/** Signs that a chat could read as marks, as links, as commands, or not show at all. */
const marks =
  "`a` ```b``` ~~~c~~~ __tests__ *_old_* ~~x~~ ||s|| <b>&amp; [a](tg://user?id=5) @everyone /cx yes k3b #t $1 \\ MEDIA:/x [[reply_to:1]]";
const hidden = "\u001b[8m\u202e\u200b\u{e0041}\r\u0000\u2066\u00a0\ufeff\ud800";
const shownHidden = "\\x1b[8m\\u202e\\u200b\\u{e0041}\\r\\x00\\u2066\\xa0\\ufeff\\ud800";

describe("a question shows what is asked, where, and exactly the choices offered [TURN-11b TURN-11c TURN-11d]", () => {
  test("command", () => {
    const params = { command: "npm test", cwd: "/work/sub", reason: "needs the network" };
    expect(put(commandAsked, params).split("\n")).toEqual([
      "Question `k3b`: Codex wants to run a command:",
      "    npm test",
      "in /work/sub on box",
      "Reason given: needs the network",
      "For the session: also the like of it, until the thread is unloaded.",
      "Always: a permanent rule for all chats and the terminal; only the owner may.",
      "    npm test",
      "",
      "`/cx yes k3b`: this once",
      "`/cx yes k3b for the session`: also the like of it",
      "`/cx no k3b [what to do instead]`: no; Codex goes on without it",
      "`/cx answer k3b always`: the permanent rule",
    ]);
    expect(put({ ...commandAsked, choices: [choice("no")] }, { command: "x" })).not.toContain("/cx yes");
    expect(put(commandAsked, { ...params, reason: "a\n  b" })).toContain("\nReason given:\n    a\n      b\n");
  });

  test("each of several permanent rules, by a name of its own and with its words", () => {
    const rule = (name: ChoiceName, words: string) => ({ ...choice(name), ownerOnly: true, rule: words });
    const choices = [choice("yes"), rule("always", "npm test"), rule("always 2", `npm run ${marks}`)];
    const text = put({ ...commandAsked, choices }, { command: "npm test" });
    expect(text).toMatch(
      /\nAlways: a permanent rule [^\n]*\n {4}npm test\nAlways 2: a permanent rule [^\n]*\n/,
    );
    expect(text).toContain(`\n    npm run ${marks}\n`);
    expect(text.split("\n").slice(-2)).toEqual([
      "`/cx answer k3b always`: the permanent rule",
      "`/cx answer k3b always 2`: the permanent rule",
    ]);
  });

  test("the shell that Codex wraps around a command is left out where that changes nothing", () => {
    expect(put(commandAsked, { command: "/bin/bash -lc 'npm test && ls'" })).toContain(
      "\n    npm test && ls\n",
    );
    const quoted = `/bin/bash -lc 'echo '"'"'a'"'"''`;
    expect(put(commandAsked, { command: quoted })).toContain(quoted);
  });

  test("a command is there to the letter, every line, however long [TURN-11k]", () => {
    for (const command of [
      marks,
      `a\n\n  b\n${marks}\n`,
      `echo ${"x".repeat(90_000)}; rm -rf /`,
      "\t tab ",
      `a${hidden}b`,
    ]) {
      expect(literals(say({ ...commandAsked, choices: [] }, { command }).blocks)).toEqual([command]);
    }
  });

  test("characters that nobody sees are visible escapes, and how many there are is said [TURN-11k]", () => {
    const text = put(commandAsked, { command: `rm ${hidden}txt` });
    expect(text).toContain(`\n    rm ${shownHidden}txt\n`);
    expect(text).toContain("\n10 characters in it cannot be seen; they are written as `\\x…` or `\\u…`.\n");
    expect(put(commandAsked, { command: "rm \u202etxt" })).toContain("\n1 character in it cannot be seen");
    expect(put(commandAsked, { command: "rm txt" })).not.toContain("cannot be seen");
  });

  test("a command that wants the network, or types into another, says so", () => {
    const network = { networkApprovalContext: { host: `evil.com${marks}`, protocol: "https" } };
    expect(put(commandAsked, network)).toContain(
      `a command wants to reach \`evil.com${marks}\` over \`https\`.`,
    );
    expect(put(commandAsked, { command: "y\n", kind: "writeStdin" })).toContain(
      "type into a running command:",
    );
  });

  test("file change: the files, and every line and sign of the diff [TURN-11k]", () => {
    const diff = [
      `@@ -1,9 +1,9 @@ ${marks}`,
      "-\t a  ",
      `+${hidden}`,
      " ",
      ...Array.from({ length: 500 }, (_, at) => `+line ${at}`),
    ].join("\n");
    const item = {
      type: "fileChange",
      id: "i",
      changes: [
        { path: "/work/a.ts", diff: "one\n\n two `x`\n", kind: { type: "add" } },
        { path: "/work/b.ts", diff, kind: { type: "update", move_path: "/work/c.ts" } },
        { path: "/work/d.ts", diff: "gone\n", kind: { type: "delete" } },
      ],
    };
    const { blocks } = say(fileChange, {}, item);
    expect(literals(blocks)).toEqual([
      `--- /work/a.ts\n+one\n+\n+ two \`x\`\n--- /work/b.ts\n${diff}\n--- /work/d.ts\n-gone`,
    ]);
    const text = put(fileChange, {}, item);
    expect(text).toContain(
      "\nadd /work/a.ts\nupdate /work/b.ts -> /work/c.ts\ndelete /work/d.ts\n    --- /work/a.ts\n",
    );
    expect(text).toContain(`\n    +${shownHidden}\n`);
    expect(text).toContain("\n    +line 499\n");
    expect(put({ kind: "file-change", choices: [], fields: [] }, {})).toContain("not told");
  });

  test("a file's name never reads as lines of a diff or as a sentence of ours", () => {
    const path = "/a\n+evil\nIs this harmless? Yes.\u202e";
    const item = { type: "fileChange", id: "i", changes: [{ path, diff: "+x", kind: { type: "update" } }] };
    const shown = "/a\\n+evil\\nIs this harmless? Yes.\\u202e";
    expect(put(fileChange, { grantRoot: path }, item).split("\n").slice(1, 5)).toEqual([
      `update ${shown}`,
      `    --- ${shown}`,
      "    +x",
      `A yes for the session also allows writing under ${shown}.`,
    ]);
  });

  test("permissions, one by one, unknown ones too, to the letter", () => {
    const given = {
      network: { enabled: true },
      fileSystem: {
        entries: [{ access: "write", path: { type: "path", path: `/data/${marks}` } }],
        read: ["/etc/\u202ex"],
      },
      gpu: { all: 1 },
    };
    expect(put(permissions, { permissions: given })).toContain(
      `\n- use of the network\n- \`write\` /data/${marks}\n- read /etc/\\u202ex\n- \`gpu\`: \`{"all":1}\`\n`,
    );
  });

  test("an MCP tool with its arguments, whole", () => {
    const words = Array.from({ length: 300 }, (_, at) => `word ${at}`).join("\n");
    const params = {
      serverName: "files",
      message: "Allow delete?\nReally?",
      _meta: { tool_params: { path: "/x", words, bidi: "\u202e" } },
    };
    const text = put(tool, params);
    expect(text).toContain("a tool of `files` wants to run.\n    Allow delete?\n    Really?\nwith\n    {\n");
    expect(text).toContain('\n      "path": "/x",\n');
    expect(text).toContain('"bidi": "\\u202e"');
    expect(text).toContain("word 299");
    expect(text).toContain("`/cx answer k3b cancel`: dismiss the question");
  });

  test("words: numbered options, several fields, and a warning for secrets", () => {
    const options = [
      { value: "r", label: "Red" },
      { value: "g", label: `Green\n${marks}` },
    ];
    const fields = [
      field("Colour", { question: "Which one?", type: "choice", options }),
      field("Size", { type: "integer", required: false, secret: true }),
    ];
    const text = put({ kind: "user-input", choices: [], fields }, {});
    expect(text).toContain(
      `1. Colour: Which one?\n   1 Red\n   2 Green\\n${marks}\n2. Size (a whole number, optional)`,
    );
    expect(text).toContain("stays readable in this chat");
    expect(text).toContain("`/cx answer k3b <Colour> | <Size>`: all answers");
    const single = put(
      { kind: "elicitation", choices: [choice("no")], fields: [field("Name")] },
      { serverName: "db", message: "Who?", url: "https://x/\u202ey" },
    );
    expect(single).toMatch(
      /`db` asks:\n {4}Who\?\n`https:\/\/x\/\\u202ey`\nName\n[\s\S]*`\/cx no k3b[\s\S]*`\/cx answer k3b <your words>`$/,
    );
    expect(single).not.toContain("readable");
  });
});

test("nothing of what is asked stands in a sentence of ours [GATE-6h]", () => {
  const evil = `EVIL ${marks}`;
  const item = {
    type: "fileChange",
    id: "i",
    changes: [{ path: evil, diff: evil, kind: { type: "add", move_path: evil } }],
  };
  const params = {
    ...{
      command: evil,
      cwd: evil,
      reason: evil,
      grantRoot: evil,
      message: evil,
      serverName: evil,
      url: evil,
    },
    ...{ permissions: { [evil]: evil, fileSystem: { read: [evil] } }, _meta: { tool_params: evil } },
  };
  const evilField = field(evil, { question: evil, options: [{ value: evil, label: evil }], type: "choice" });
  const rule = { ...choice("always"), rule: evil };
  for (const kind of [
    "command",
    "file-change",
    "permissions",
    "mcp-tool",
    "user-input",
    "elicitation",
  ] as const) {
    const fields = kind === "user-input" || kind === "elicitation" ? [evilField] : [];
    const { blocks, inGroup = [], typed = [] } = say({ kind, choices: [rule], fields }, params, item);
    const lines = [...blocks, ...inGroup, ...typed].flatMap((block) =>
      "say" in block ? [block.say] : "list" in block ? block.list : [],
    );
    const ours = lines.flatMap((line) => line.filter((inline) => typeof inline === "string"));
    expect(ours.join("\n")).not.toContain("EVIL");
    expect(JSON.stringify(blocks)).toContain("EVIL");
  }
});
