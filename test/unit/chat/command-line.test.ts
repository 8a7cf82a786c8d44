import { describe, expect, test } from "vitest";
import { parseCommandLine } from "../../../src/chat/command-line.ts";
import { readPlainWords } from "../../../src/chat/plain-words.ts";
import { splitTokens } from "../../../src/chat/tokens.ts";

const words = (line: string) => splitTokens(line).map((token) => token.text);

function parse(line: string) {
  const parsed = parseCommandLine(line);
  if (parsed.status === "bad") return parsed.error;
  return {
    name: parsed.command.name,
    words: parsed.words,
    options: Object.fromEntries(parsed.options),
    rest: parsed.rest,
  };
}

test("a command is /cx or /codex alone or before white space, in any case [CONV-15a]", () => {
  const read = (text: string) => readPlainWords(text, { names: [] });
  expect(read("  /CX  new")).toMatchObject({ type: "command", rest: "new" });
  expect(read("/codex")).toMatchObject({ type: "command", rest: "" });
  expect(read("/cx\nstatus")).toMatchObject({ type: "command", rest: "status" });
  expect(read("/cxa")).toMatchObject({ type: "words" });
  expect(read("see /cx new")).toMatchObject({ type: "words" });
});

describe("words", () => {
  test.each([
    [`a  b\tc`, ["a", "b", "c"]],
    [`'two words' "and two"`, ["two words", "and two"]],
    [`“smart ones” ‘single’ „deutsch“`, ["smart ones", "single", "deutsch"]],
    [`'don't do it' isn't`, ["don't do it", "isn't"]],
    [`"never closed to the end`, ["never closed to the end"]],
    [String.raw`a\ b \"c C:\Users\ann "say \"hi\""`, ["a b", '"c', String.raw`C:\Users\ann`, 'say "hi"']],
    [`""`, [""]],
  ])("%s", (line, expected) => {
    expect(words(line)).toEqual(expected);
  });
});

describe("options [CONV-15g CONV-15m]", () => {
  test.each([
    "new --cwd '/my work' --model gpt",
    'new --cwd="/my work" --model=gpt',
    "NEW —cwd “/my work” –model gpt --bind here",
    "start --CWD=“/my work”   --model   gpt",
  ])("%s", (line) => {
    const { bind: _, ...options } = (parse(line) as { options: Record<string, string> }).options;
    expect(options).toEqual({ cwd: "/my work", model: "gpt" });
  });

  test("a dash that is no option, and quoted ones, are words", () => {
    expect(parse(`sessions - — "--cwd" -5 —5`)).toMatchObject({
      words: ["-", "—", "--cwd", "-5", "—5"],
      options: {},
    });
  });

  test("an unknown one is refused, with the nearest and the usage", () => {
    expect(parse("new --cwdd /x")).toMatchObject({
      code: "bad-arguments",
      details: {
        problem: expect.stringContaining("did you mean --cwd?"),
        usage: expect.stringContaining("new [--cwd"),
      },
    });
  });

  test.each(["new --cwd", "new --cwd --model x", "new --cwd=", "resume 1 --bind there", "new /some/folder"])(
    "%s does not fit",
    (line) => {
      expect(parse(line)).toMatchObject({ code: "bad-arguments" });
    },
  );
});

test("free words stay as they were written, line feeds, quotes and dashes too", () => {
  const text = `say "it"\n  —and  --this\n\nor 'that`;
  expect(parse(`steer ${text}`)).toMatchObject({ name: "steer", rest: text });
});

test("a mistyped command gets the nearest [CONV-15n]", () => {
  expect(parse("sesions")).toMatchObject({ code: "unknown-command", details: { nearest: "sessions" } });
  expect(parse("xyzzyplugh")).toMatchObject({ details: { nearest: undefined } });
});

test("no word at all is the card; aliases are the command itself", () => {
  expect(parse("")).toMatchObject({ name: "status" });
  expect(parse("bind 3 --bind here")).toMatchObject({ name: "resume", words: ["3"] });
  expect(parse("unbind")).toMatchObject({ name: "detach" });
});
