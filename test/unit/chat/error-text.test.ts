import { expect, test } from "vitest";
import { formatErrorsDoc } from "../../../scripts/errors-doc.ts";
import { formatError, formatErrorInGroup } from "../../../src/chat/words/error-text.ts";
import { errorWords } from "../../../src/chat/words/error-words.ts";
import { BridgeError, type ErrorCode, type ErrorDetails, errorTable } from "../../../src/errors.ts";
import { renderLine } from "../../../src/hosts/terminal/render.ts";

const codes = Object.keys(errorTable) as ErrorCode[];

function show(code: ErrorCode, details?: ErrorDetails): string {
  return renderLine(formatError(new BridgeError(code, "for logs", details)));
}

test.each(codes)("%s: what happened, and at the end what to do [SHOW-5b]", (code) => {
  const bare = show(code);
  expect(bare).toMatch(/^[A-Z][\s\S]{10,}[.!?]$/);
  expect(bare.endsWith(renderLine(errorWords[code].next))).toBe(true);
  expect(bare).not.toMatch(/undefined|for logs|\s{2}|: \.|\(\)|\s\./);
});

test("details are told: versions, paths, Codex's own words", () => {
  const tooOld = {
    found: "0.98.0",
    minimum: "0.149.0",
    path: "/usr/bin/codex",
    machine: "box",
    user: "ann",
  };
  expect(show("codex-too-old", tooOld)).toBe(
    "Codex 0.98.0 at /usr/bin/codex on the machine box (user ann) is too old; 0.149.0 or newer is needed. Install a newer one there with `npm install -g @openai/codex@latest`, or name another in the setting `codexBinary`; then write your message again.",
  );
  expect(show("folder-forbidden", { folder: "/", reason: "whole" })).toContain(
    "in /: it is a whole home or disk",
  );
  expect(show("unknown-command", { command: "stauts", nearest: "status" })).toMatch(
    /^There is no command `stauts`; did you mean `\/cx status`\? `\/cx help`/,
  );
  expect(show("question-several", { tokens: "ab, cd" })).toMatch(
    /^Several questions are open: `ab`, `cd`\. /,
  );
});

test("a sentence of others that has its full stop gets no second one; a path keeps both", () => {
  expect(show("turn-failed", { message: "It broke." })).toBe(
    "The turn failed: It broke. Write your message again.",
  );
  expect(show("turn-failed", { message: "It broke" })).toBe(
    "The turn failed: It broke. Write your message again.",
  );
  expect(show("bad-arguments", { problem: "Why?", usage: "stop" })).toMatch(
    /^That does not fit: Why\? Usage: `\/cx stop`\. /,
  );
  expect(show("image-unreadable", { path: "/a/b." })).toContain("cannot be read: /a/b.; the message");
  expect(show("mode-unavailable", { socket: "/a/b." })).toContain("listens at /a/b.. Open");
});

test("what fits stands in rows of its own, and what to do below them", () => {
  expect(show("selector-ambiguous", { selector: "job", candidates: "1 a\n2 b" })).toBe(
    'Several sessions fit "job":\n1 a\n2 b\nWrite more of the id: `/cx resume <id>`.',
  );
  expect(show("node-ambiguous", { host: "box", candidates: "box / 1\nbox / 2" })).toMatch(
    /^Several nodes are called box:\nbox \/ 1\nbox \/ 2\nName the one/,
  );
});

test("nothing is removed: colours of a terminal, line ends and turned text are seen", () => {
  expect(show("server-exited", { stderr: "\u001b[31mred\u001b[0m" })).toContain(
    "last words: \\x1b[31mred\\x1b[0m.",
  );
  expect(show("turn-failed", { message: "no\nStopped. \u202egpj" })).toContain(
    "failed: no\\nStopped. \\u202egpj.",
  );
  expect(show("folder-missing", { folder: "/a\u00a0b" })).toContain("folder /a\\xa0b does");
});

const hostile = "*x* `y` <b> @all\u0007";
const known: ErrorDetails[] = [
  {},
  { reason: "policy-raised" },
  { reason: "not-offered" },
  { reason: "constructor" },
  { setting: "folder" },
];

test.each(codes)("%s: a detail is never part of our own words, and is shown whole", (code) => {
  for (const some of known) {
    const asked = new Set<string>();
    const details = new Proxy(some, {
      get: (target, name: string) => {
        asked.add(name);
        return target[name] ?? hostile;
      },
    });
    const line = errorWords[code].says(details);
    const own = line.filter((inline) => typeof inline === "string").join("");
    expect(own).not.toMatch(/[*`<@]|\[object|function/);
    const outside = line.flatMap((inline) => (typeof inline === "string" ? [] : Object.values(inline)));
    const shown = outside.filter((text) => text.endsWith(hostile));
    if ([...asked].some((name) => !["reason", "partly", "numbered"].includes(name) && !(name in some)))
      expect(shown).not.toEqual([]);
  }
});

test("in a group neither paths nor rows", () => {
  const shown = (code: ErrorCode, details: ErrorDetails) =>
    renderLine(formatErrorInGroup(new BridgeError(code, "", details)));
  expect(shown("folder-missing", { folder: "/secret/x" })).toMatch(/^The folder does not exist/);
  expect(shown("selector-ambiguous", { selector: "job", candidates: "1 a\n2 b" })).toMatch(
    /^Several sessions fit "job"\. Write/,
  );
});

test("docs/errors.md has a row for every code", () => {
  const doc = formatErrorsDoc();
  for (const code of codes) expect(doc).toContain(`| \`${code}\` |`);
});
