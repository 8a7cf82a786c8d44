// What a person typed, without what keyboards and services put around it: our own mention at either end, characters that
// nobody sees, a slash of another width. Commands, answers and stop words are read from this, on every host.

export interface OwnName {
  /** Names and ids under which the service mentions us, without the sign before them. Empty: the host does not tell. */
  names: readonly string[];
  /** The host's word that this message mentions us; it helps where it does not tell our name. */
  isMentioned?: boolean;
}

export type PlainWords =
  /** `rest`: what follows the command's name. */
  | { type: "command"; name: "cx" | "codex"; rest: string }
  /** A command that names another bot. */
  | { type: "for-another" }
  /** `text` is a turn's, as it was typed but for our mention; `bare` is what an answer or a stop word is read from. */
  | { type: "words"; text: string; bare: string; startsWithOther: boolean };

const seen = /[^\s\p{Z}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/u;
const ignorable = /[\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/gu;
const wordCharacter = /^[\p{L}\p{N}_]$/u;
/** What people put behind a mention, or at the end of a sentence. */
const leadingMarks = ",:;，：、";
const trailingMarks = ".,;:!?…。！，";
/** Nobody mentions more at one end. */
const mostMentions = 8;
const mostMarks = 32;
const longestName = 64;
const mentionStart = /^(?:[@＠](\w{1,64})|<@!?(\w{1,64})>)/;
const mentionEnd = /(?:[@＠](\w{1,64})|<@!?(\w{1,64})>)$/;
/** "@our_bot's", "@our_bot-2": no mention that only says whom it is for. */
const longerWord = /^['’.-][\p{L}\p{N}]/u;
const head = /^[/／]\S{1,100}/u;
const command = /^\/([a-z]+)(?:@(\w+))?:?$/i;

export function readPlainWords(given: string, own: OwnName): PlainWords {
  const { start, end, otherStart, afterOthers, namesUs } = findWords(given, buildOwnTest(given, own));
  const found = readCommand(trimUnseen(given.slice(afterOthers, end)), own);
  if (found === "for-another") return { type: "for-another" };
  if (found?.type === "command") return otherStart === undefined || namesUs ? found : { type: "for-another" };
  // A mention on a line of its own takes the line with it; indentation stays.
  const text =
    start === 0 ? given.slice(0, end) : given.slice(start, end).replace(/^[ \t]{1,100}|^\r?\n/, "");
  const bare = trimUnseen(given.slice(start, end));
  return {
    type: "words",
    text,
    bare: found?.bare ?? bare,
    startsWithOther: !namesUs && /bot$/i.test(otherStart ?? ""),
  };
}

/** Without what nobody sees at both ends. */
export function trimUnseen(text: string): string {
  const start = skipUnseen(text, 0);
  return text.slice(start, Math.max(start, skipUnseenBack(text, text.length)));
}

interface Found {
  /** Of what is left without our mentions. */
  start: number;
  end: number;
  /** The first mention of somebody else, where it starts with one. */
  otherStart: string | undefined;
  /** Behind the mentions of others too. */
  afterOthers: number;
  /** One of the mentions with which it starts is ours. */
  namesUs: boolean;
}

function findWords(given: string, isOwn: (name: string) => boolean): Found {
  let start = 0;
  let otherStart: string | undefined;
  let namesUs = false;
  let at = 0;
  for (let count = 0; count < mostMentions; count += 1) {
    const first = skipUnseen(given, at);
    const found = mentionStart.exec(given.slice(first, first + longestName + 4));
    const name = found?.[1] ?? found?.[2];
    if (!found || name === undefined) break;
    const behind = first + found[0].length;
    if (longerWord.test(given.slice(behind, behind + 2))) break;
    if (isOwn(name)) namesUs = true;
    else otherStart ??= name;
    at = skipMark(given, behind);
    if (otherStart === undefined) start = at;
  }
  return { start, end: Math.max(start, findEnd(given, isOwn)), otherStart, afterOthers: at, namesUs };
}

/** Behind a mark that follows the mention. */
function skipMark(text: string, at: number): number {
  const next = skipUnseen(text, at);
  return leadingMarks.includes(text[next] ?? "x") ? next + 1 : at;
}

function findEnd(given: string, isOwn: (name: string) => boolean): number {
  let end = given.length;
  for (let count = 0; count < mostMentions; count += 1) {
    let last = skipUnseenBack(given, end);
    for (let marks = 0; marks < mostMarks && trailingMarks.includes(given[last - 1] ?? "x"); marks += 1)
      last = skipUnseenBack(given, last - 1);
    const found = mentionEnd.exec(given.slice(Math.max(0, last - longestName - 4), last));
    const name = found?.[1] ?? found?.[2];
    const before = last - (found?.[0].length ?? 0);
    // With a word right before it, it is the name in a command or a part of a mail address.
    if (name === undefined || !isOwn(name) || before === 0 || wordCharacter.test(given[before - 1] ?? " "))
      break;
    end = skipUnseenBack(given, before);
  }
  return end;
}

function skipUnseen(text: string, from: number): number {
  const search = new RegExp(seen, "gu");
  search.lastIndex = from;
  return search.exec(text)?.index ?? text.length;
}

const stride = 1_024;

function skipUnseenBack(text: string, from: number): number {
  let at = from;
  while (at > stride && !seen.test(text.slice(at - stride, at))) at -= stride;
  while (at > 0) {
    const unit = text.charCodeAt(at - 1);
    const size = unit >= 0xdc00 && unit <= 0xdfff && at > 1 ? 2 : 1;
    if (seen.test(text.slice(at - size, at))) break;
    at -= size;
  }
  return at;
}

/** Where the host does not tell our name: the only mention of a message that mentions us is ours. */
function buildOwnTest(given: string, { names, isMentioned = false }: OwnName): (name: string) => boolean {
  const known = names.map((name) => name.toLowerCase());
  if (known.length > 0) return (name) => known.includes(name.toLowerCase());
  const isOnly = isMentioned && given.split(/[@＠]/, 3).length === 2;
  return () => isOnly;
}

type Command = Extract<PlainWords, { type: "command" }> | { type: "stop"; bare: string };

function readCommand(text: string, own: OwnName): Command | "for-another" | undefined {
  const [token] = head.exec(text) ?? [];
  if (token === undefined) return undefined;
  const [, word = "", target] = command.exec(token.normalize("NFKC").replace(ignorable, "")) ?? [];
  const name = word.toLowerCase();
  if (name !== "cx" && name !== "codex" && name !== "stop") return undefined;
  if (target !== undefined && !buildOwnTest(token, own)(target)) return "for-another";
  const rest = trimUnseen(text.slice(token.length));
  return name === "stop"
    ? { type: "stop", bare: `/stop ${rest}`.trimEnd() }
    : { type: "command", name, rest };
}
