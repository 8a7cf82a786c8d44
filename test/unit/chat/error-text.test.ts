import { expect, test } from "vitest";
import { formatError, formatErrorsDoc } from "../../../src/chat/error-text.ts";
import { errorWords } from "../../../src/chat/error-words.ts";
import { BridgeError, type ErrorCode, errorTable } from "../../../src/errors.ts";

const codes = Object.keys(errorTable) as ErrorCode[];

test.each(codes)("%s: what happened, and at the end what to do [SHOW-5b]", (code) => {
  const bare = formatError(new BridgeError(code, "for logs"));
  expect(bare).toMatch(/^[A-Z][\s\S]{10,}[.!?]$/);
  expect(bare.endsWith(errorWords[code].next)).toBe(true);
  expect(bare).not.toMatch(/undefined|for logs|\s{2}|: \.|\(\)/);
});

test("details are told: versions, paths, Codex's own words", () => {
  const tooOld = new BridgeError("codex-too-old", "", {
    found: "0.98.0",
    minimum: "0.149.0",
    path: "/usr/bin/codex",
    machine: "box",
    user: "ann",
  });
  expect(formatError(tooOld)).toBe(
    "Codex 0.98.0 at /usr/bin/codex on the machine box (user ann) is too old; 0.149.0 or newer is needed. Install a newer one there with `npm install -g @openai/codex@latest`, or name another in the setting `codexBinary`; then write your message again.",
  );
  expect(formatError(new BridgeError("turn-failed", "", { message: "It broke." }))).toBe(
    "The turn failed: It broke. Write your message again.",
  );
  expect(formatError(new BridgeError("folder-forbidden", "", { folder: "/", reason: "whole" }))).toContain(
    "in /: it is a whole home or disk",
  );
});

test("colours of a terminal do not get through", () => {
  expect(formatError(new BridgeError("server-exited", "", { stderr: "\u001b[31mred\u001b[0m" }))).toContain(
    "last words: red.",
  );
});

test("docs/errors.md has a row for every code", () => {
  const doc = formatErrorsDoc();
  for (const code of codes) expect(doc).toContain(`| \`${code}\` |`);
});
