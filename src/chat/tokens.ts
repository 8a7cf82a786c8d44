// Splits a line into words as a friendly shell would: quotes of every kind that phones and keyboards make, and few
// escapes, so that folders and apostrophes survive. Any text is accepted.

export interface Token {
  text: string;
  /** Stood in quotes from its beginning: never an option. */
  quoted: boolean;
}

const double = '"“”„‟';
const single = "'‘’‚‛";
/** A backslash before anything else is itself: Windows folders. */
const escapable = `\\ \t\n${double}${single}`;

export function splitTokens(line: string): Token[] {
  const tokens: Token[] = [];
  for (let at = skipBlanks(line, 0); at < line.length; at = skipBlanks(line, at)) {
    const { end, ...token } = readToken(line, at);
    tokens.push(token);
    at = end;
  }
  return tokens;
}

function readToken(line: string, start: number): Token & { end: number } {
  const whole = readQuoted(line, start);
  if (whole) return { ...whole, quoted: true };
  let text = "";
  let at = start;
  while (at < line.length && !isBlank(line, at)) {
    // Only after "--name=" a quote may open inside a word; elsewhere it is an apostrophe.
    const value = line[at - 1] === "=" && at > start ? readQuoted(line, at) : undefined;
    if (value) return { text: text + value.text, quoted: false, end: value.end };
    if (isEscape(line, at)) at += 1;
    text += line[at];
    at += 1;
  }
  return { text, quoted: false, end: at };
}

/** A quote closes before a blank or the end only, so that 'don't do it' is one word; an open one goes on to the end. */
function readQuoted(line: string, start: number): { text: string; end: number } | undefined {
  const family = [double, single].find((marks) => marks.includes(line[start] ?? " "));
  if (family === undefined) return undefined;
  let text = "";
  let at = start + 1;
  for (; at < line.length; at += 1) {
    const closes = family.includes(line[at] ?? " ") && (at + 1 === line.length || isBlank(line, at + 1));
    if (closes) return { text, end: at + 1 };
    if (family === double && isEscape(line, at)) at += 1;
    text += line[at];
  }
  return { text, end: at };
}

function isEscape(line: string, at: number): boolean {
  return line[at] === "\\" && at + 1 < line.length && escapable.includes(line[at + 1] ?? "x");
}

function isBlank(line: string, at: number): boolean {
  return /\s/.test(line[at] ?? "");
}

function skipBlanks(line: string, at: number): number {
  let next = at;
  while (next < line.length && isBlank(line, next)) next += 1;
  return next;
}
