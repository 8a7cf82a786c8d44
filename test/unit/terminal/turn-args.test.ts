import { expect, test } from "vitest";
import { checkPrompt, parseTurnArgs } from "../../../src/hosts/terminal/turn-args.ts";

const id = "01990000-0000-7000-8000-0000000000ab";

test("a prompt alone is a new turn of a new thread, with nothing chosen [TURN-12c]", () => {
  expect(parseTurnArgs(["fix the tests"])).toEqual({ prompt: "fix the tests", json: false, help: false });
});

test("every option is taken, before and after the prompt, in both spellings [TURN-12c]", () => {
  expect(parseTurnArgs(["--model=m", "--json", "hello", "--codex-home", "/h", "--cwd", "work"])).toEqual({
    prompt: "hello",
    model: "m",
    cwd: "work",
    codexHome: "/h",
    json: true,
    help: false,
  });
  expect(parseTurnArgs(["--thread", id.toUpperCase(), "hello"]).thread).toBe(id.toUpperCase());
});

test("what follows -- is the prompt, also with a dash in front; a single dash is standard input", () => {
  expect(parseTurnArgs(["--json", "--", "--help me"]).prompt).toBe("--help me");
  expect(parseTurnArgs(["-"]).prompt).toBe("-");
});

test("S2-12 the prompt is not trimmed, but one without a word is refused", () => {
  expect(parseTurnArgs([" hello\n"]).prompt).toBe(" hello\n");
  expect(() => parseTurnArgs([" \n"])).toThrow("PROMPT is empty");
  expect(() => checkPrompt("")).toThrow("PROMPT is empty");
});

test.each([
  ["90", 90_000],
  ["0.25", 250],
  ["1.2349", 1_234],
  ["0.0001", 1],
  ["99999999999", 99_999_999_999_000],
])("S2-11 --timeout %s is %d ms", (word, ms) => {
  expect(parseTurnArgs(["--timeout", word, "hello"]).timeoutMs).toBe(ms);
});

test.each([["0"], ["-3"], ["soon"], ["Infinity"], ["NaN"]])("S2-11 --timeout=%s is refused", (word) => {
  expect(() => parseTurnArgs([`--timeout=${word}`, "hello"])).toThrow(`not \`${word}\``);
});

test.each([
  [["--jsno", "hello"], "there is no option `--jsno`; did you mean `--json`?"],
  [["--tread", id, "hello"], "did you mean `--thread`?"],
  [["-x", "hello"], "there is no option `-x`"],
  [["--constructor", "hello"], "there is no option `--constructor`"],
  [["hello", "--model"], "--model wants a value"],
  [["hello", "--model", "--json"], "--model wants a value"],
  [["hello", "--model="], "--model wants a value"],
  [["--json=yes", "hello"], "--json takes no value"],
  [["--json"], "there is no PROMPT"],
  [["fix", "the", "tests"], "put it into quotes"],
  [["--thread", "01990000", "hello"], "the full id of a thread (a UUID), not `01990000`"],
  [["--thread", id, "--cwd", "/tmp", "hello"], "a resumed one keeps its folder"],
])("%j is refused, saying why", (argv, says) => {
  expect(() => parseTurnArgs(argv)).toThrow(
    expect.objectContaining({ code: "bad-arguments", message: expect.stringContaining(says) }),
  );
});

test("--help needs no prompt", () => {
  expect(parseTurnArgs(["--help"]).help).toBe(true);
  expect(parseTurnArgs(["-h"]).help).toBe(true);
});
