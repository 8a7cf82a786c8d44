// Worst cases of everything on the way of a text to its reader: ten times the text takes at most fifteen times as long.
import { expect, it } from "vitest";
import { RedactingStream } from "../../src/kit/redacting-stream.ts";
import { Redactor } from "../../src/kit/redactor.ts";
import { secretRules } from "../../src/kit/secret-rules-data.ts";
import { oneLine, stripControls } from "../../src/kit/text.ts";

const small = 100_000;
const mostTimes = 15;
/** Shorter times say more about the machine than about the text. */
const leastMs = 150;

const fill = (unit: string, length: number) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
const redactor = () => new Redactor({ values: ["aaaaaaaaaaaab", "token=token=tokem", "]]]]]]]]]]"] });

function measure(work: (text: string) => unknown, text: string): number {
  // The time of this thread: other work of the machine does not count.
  const start = process.threadCpuUsage();
  work(text);
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1_000;
}

/** The best of a few: the machine has other things to do as well. */
function expectLinear(work: (text: string) => unknown, unit: string): void {
  work(fill(unit, 1_000));
  const text = fill(unit, 10 * small);
  const short = Math.max(leastMs, measure(work, fill(unit, small)));
  let long = measure(work, text);
  for (let more = 0; more < 2 && long >= mostTimes * short; more++)
    long = Math.min(long, measure(work, text));
  expect(long, `${short} ms, then ${long} ms`).toBeLessThan(mostTimes * short);
}

const units = [
  ...["\u001b]", "\u001b[0", "\u001bP", "\u001bA", "\u009d", "\u001b]x\u0007", "\u200b", "a\u200b"],
  ...[
    "aB3",
    "a.",
    "a-",
    "_",
    "=",
    '"',
    "\\n",
    " ",
    "\n",
    "\t",
    "$",
    "sk-",
    "eyJaaaaaaaaa.",
    "a://b:c@",
    "a:1:",
    "ABC",
  ],
  ...["token", "token=", "token: ", 'token = "', "token-", 'password="', '"password": "', "key="],
  ...[
    "Bearer ",
    "authorization: ",
    "cookie: a=b; ",
    "login a password ",
    "curl -u a:",
    "mysql -p",
    'variable "a" {',
  ],
  ...["-----BEGIN PRIVATE KEY-----\n", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----\naaaaaaaaaaaaaaaaaaaa\n"],
  ...["Private-Lines: 1 aaaa", "<token>", "PASSWORD=[redacted]", "aaaaaaaaaaaab", "\uffff"],
];

it.each(units)("%j is read once by the redactor [SHOW-3j]", (unit) => {
  expectLinear((text) => redactor().redact(text), unit);
});

it.each(["\u001b]", "\u001b[", "\u001bP", "\u009d", "\u001b]x\u0007", "\u001b[0", "\u001b", "a", " ", "\n"])(
  "%j is read once where controls are stripped [SHOW-3j]",
  (unit) => {
    expectLinear((text) => oneLine(stripControls(text)), unit);
  },
);

it("80 KB of unended control strings are stripped at once [SHOW-3j]", () => {
  expect(measure(stripControls, fill("\u001b]", 80_000))).toBeLessThan(1_000);
});

it.each(["a", "a\n", "token=", "-----BEGIN PRIVATE KEY-----\n", "\u001b]", `${"x".repeat(500)}\n`])(
  "%j in many pieces is read once [SHOW-3j]",
  (unit) => {
    expectLinear((text) => {
      const stream = new RedactingStream(redactor());
      for (let at = 0; at < text.length; at += 500) stream.push(text.slice(at, at + 500));
      return stream.end();
    }, unit);
  },
);

it("deep and wide data is read once [SHOW-3j]", () => {
  expectLinear(
    (text) => redactor().redactDeep({ list: text.match(/.{1,50}/g), token: [text] }),
    'a1"token": "',
  );
});

// Each kept rule by itself, against what it begins with: its keyword, and the keyword with what may follow.
it("every kept rule is linear [SHOW-3j]", () => {
  const slow = secretRules.flatMap(([id, keywords, , pattern]) =>
    keywords.flatMap((word) =>
      ["", "=", " = '", "-", "_", ".", "a", "A1", "0", word.toUpperCase()].flatMap((rest) => {
        const expression = new RegExp(pattern, "g");
        const work = (text: string) => text.replace(expression, "");
        const short = measure(work, fill(word + rest, 20_000));
        const long = measure(work, fill(word + rest, 200_000));
        return long > mostTimes * Math.max(short, 20)
          ? [`${id}: ${word}${rest}: ${short} ms, then ${long} ms`]
          : [];
      }),
    ),
  );
  expect(slow).toEqual([]);
}, 240_000);
