import { describe, expect, it, test } from "vitest";
import { RedactingStream } from "../../../src/kit/redacting-stream.ts";
import { Redactor } from "../../../src/kit/redactor.ts";
import { fillIn, readCorpus } from "../../rigs/secret-corpus/read-corpus.ts";

const token = fillIn("ghp_{w36}", "stream");

function pass(pieces: readonly string[], values: string[] = []): string[] {
  const stream = new RedactingStream(new Redactor({ values }));
  return [...pieces.map((piece) => stream.push(piece)), stream.end()];
}

describe("a secret in two pieces [SHOW-3h]", () => {
  it.each(Array.from({ length: token.length + 1 }, (_, at) => at))("cut at %i", (at) => {
    const text = `first\nkey ${token} here\nlast`;
    const cut = text.indexOf(token) + at;
    expect(pass([text.slice(0, cut), text.slice(cut)]).join("")).toBe("first\nkey [redacted] here\nlast");
  });

  it("is found character by character, through an escape sequence that is itself cut", () => {
    const text = `a\n${token.slice(0, 8)}\u001b[0m${token.slice(8)}\nb\n`;
    expect(pass([...text]).join("")).toBe("a\n[redacted]\nb\n");
  });

  it("is found where its name stands in a line before it", () => {
    const lines = ["machine example.org\n", "login jane\n", "password Tr0ub4dor\n", "done\n"];
    expect(pass(lines).join("")).toBe("machine example.org\nlogin jane\npassword [redacted]\ndone\n");
  });

  it("is taken whole as a block of a key, line by line", () => {
    const block = fillIn(
      `-----BEGIN PRIVATE KEY-----\n${"{b64}\n".repeat(60)}-----END PRIVATE KEY-----\n`,
      "block",
    );
    const lines = `before\n${block}after\n`.split(/(?<=\n)/);
    expect(pass(lines).join("")).toBe("before\n[redacted]\nafter\n");
  });

  it("of the corpus is shown as in one piece", () => {
    for (const { text } of readCorpus()) {
      const whole = new Redactor().redact(`${text}\n`);
      const middle = text.length >> 1;
      expect(pass([text.slice(0, middle), text.slice(middle), "\n"]).join("")).toBe(whole);
    }
  });
});

test("finished lines are passed on at once, the rest at the end [SHOW-3h]", () => {
  expect(pass(["one\ntw", "o\nthree"])).toEqual(["one\n", "two\n", "three"]);
});

test("a line without an end is not held for ever, and a secret in it is not cut [SHOW-3h]", () => {
  const line = `${"x ".repeat(16_000)}${token}${" y".repeat(40_000)}`;
  const shown = pass(line.match(/.{1,1000}/g) ?? []);
  expect(shown.join("")).toBe(line.replace(token, "[redacted]"));
  expect(shown.filter((part) => part !== "").length).toBeGreaterThan(1);
});
