// What is left of a message when everything that keyboards and services put around it is off.
import { expect, test } from "vitest";
import { type PlainWords, readPlainWords } from "../../../src/chat/plain-words.ts";

const own = { names: ["our_bot", "424242"] };
const read = (text: string) => readPlainWords(text, own);
const short = (words: PlainWords) =>
  words.type === "command" ? `${words.name}|${words.rest}` : words.type === "words" ? words.bare : words.type;

test.each([
  ...[
    "/cx yes",
    "  /CX  yes ",
    "/cx\nyes",
    "／cx yes",
    "／ｃｘ　yes",
    "\u200b/cx yes",
    "\u2060\ufeff/cx yes",
  ],
  ...[
    "\u00ad/cx yes",
    "\u3164/cx yes",
    "\u2800 /cx yes",
    "\u200e\u202e/cx yes",
    "\u{e0020}/cx yes",
    "/c\u200bx yes",
  ],
  ...["/cx@our_bot yes", "/CX@Our_Bot yes", "／cx＠our_bot yes", "@our_bot /cx yes", "@OUR_BOT: /cx yes"],
  ...[
    "/cx yes @our_bot",
    "/cx@our_bot yes @our_bot.",
    "@our_bot, \u200b／cx yes",
    "<@424242> /cx yes",
    "/cx: yes",
  ],
  ...["@our_bot @our_bot /cx yes", "@alice @our_bot /cx yes", "<@!424242>/cx yes", "\n\n/cx yes\u200b"],
])("%j is /cx yes [TAKE-1a]", (text) => {
  expect(short(read(text))).toBe("cx|yes");
  const other = text.replace(/cx/i, "codex").replace("ｃｘ", "ｃｏｄｅｘ").replace("c\u200bx", "co\u200bdex");
  expect(short(read(other))).toBe("codex|yes");
});

test.each([
  "yes",
  "@our_bot yes",
  "yes @our_bot",
  "@our_bot, yes",
  "yes, @our_bot!",
  "\u200byes\u2060",
  "<@424242> yes",
])("%j is a bare yes [TAKE-1a]", (text) => {
  expect(short(read(text)).replace(/[,\s]+$/, "")).toBe("yes");
});

test.each([
  "stop",
  "@our_bot stop",
  "stop @our_bot",
  "／stop",
  "/stop@our_bot",
  "/STOP@OUR_BOT",
  "\u200b/stop",
])("%j is the stop [TAKE-1a]", (text) => {
  expect(short(read(text))).toMatch(/^\/?stop$/);
});

test.each([
  ...[
    "/cx@other_bot yes",
    "/codex@other_bot",
    "/CX@our_bott yes",
    "／cx@other_bot",
    "\u200b/cx@other_bot yes",
  ],
  ...[
    "@other_bot /cx yes",
    "@our_bot /cx@other_bot yes",
    "/stop@other_bot",
    "@other_bot: \u200b/codex status",
  ],
])("%j is for another bot [TAKE-1b]", (text) => {
  expect(read(text)).toEqual({ type: "for-another" });
});

test.each([
  ...["/cxa yes", "see /cx yes", "/home/ann@host", "/status@other_bot", "ann@our_bot", "hello @other_bot"],
  ...[
    "/cx.yes",
    "//cx yes",
    "/ cx yes",
    "@our_bot's log",
    "@our_bot-2 /cx yes",
    "> /cx yes",
    "`/cx yes`",
    "",
    " ",
  ],
])("%j is words as they are", (text) => {
  expect(read(text)).toMatchObject({ type: "words", text });
});

test("words of a turn lose our mention and nothing else", () => {
  const text = (given: string) => ({ text: given });
  expect(read("@our_bot fix  it\n")).toMatchObject(text("fix  it\n"));
  expect(read("@our_bot\n    indented\n")).toMatchObject(text("    indented\n"));
  expect(read("look at this @our_bot")).toMatchObject(text("look at this"));
  expect(read("  if @our_bot then\n")).toMatchObject(text("  if @our_bot then\n"));
  expect(read("@our_bot")).toMatchObject(text(""));
});

test("a message that starts with another bot's name says so; one that starts with ours too does not", () => {
  expect(read("@other_bot do it")).toMatchObject({ startsWithOther: true });
  expect(read("@alice do it")).toMatchObject({ startsWithOther: false });
  expect(read("@other_bot @our_bot do it")).toMatchObject({ startsWithOther: false });
});

test("where the host does not tell our name, the only mention of a message that mentions us is ours", () => {
  const unknown = (text: string, isMentioned: boolean) =>
    short(readPlainWords(text, { names: [], isMentioned }));
  expect(unknown("@our_bot /cx yes", true)).toBe("cx|yes");
  expect(unknown("/cx@our_bot yes", true)).toBe("cx|yes");
  expect(unknown("<@77> yes", true)).toBe("yes");
  expect(unknown("@one_bot @two_bot yes", true)).toBe("@one_bot @two_bot yes");
  expect(unknown("/cx@our_bot yes", false)).toBe("for-another");
  expect(unknown("@our_bot yes", false)).toBe("@our_bot yes");
});
