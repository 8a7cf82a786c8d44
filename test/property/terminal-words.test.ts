// What the terminal host writes for any text from outside: visible characters, line feeds and tabs, and nothing is lost.
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatLive } from "../../src/chat/words/terminal-text.ts";
import type { TurnEvent } from "../../src/codex/turn-events.ts";
import { renderJson, renderText } from "../../src/hosts/terminal/render.ts";
import { Screen } from "../../src/hosts/terminal/screen.ts";
import { TurnReport } from "../../src/hosts/terminal/turn-report.ts";
import { type Block, code, type LiteralKind, line, path, says } from "../../src/kit/blocks.ts";
import { Redactor } from "../../src/kit/redactor.ts";

const hostile = fc.constantFrom(
  ...[
    "\u001b[2J",
    "\u001b[31m",
    "\u001b]0;title\u0007",
    "\u001b]8;;http://x\u001b\\",
    "\u001bP1$r\u001b\\",
    "\u001bc",
  ],
  ...[
    "\u009b2J",
    "\u009d0;t\u009c",
    "\u0090",
    "\u0000",
    "\u0007",
    "\b\b",
    "\u007f",
    "\r",
    "\r\n",
    "\n",
    "\t",
    "\n    ok",
  ],
  ...[
    "\u202e",
    "\u2066",
    "\u2069",
    "\u200e",
    "\u061c",
    "\u200b",
    "\u200d",
    "\u200c",
    "\u2060",
    "\ufeff",
    "\u00ad",
  ],
  ...[
    "\u2028",
    "\u2029",
    "\u0085",
    "\u00a0",
    "\u3000",
    "\u3164",
    "\u2800",
    "\ufe0f",
    "\ufff9",
    "\u{e0041}",
    "\u{e007f}",
  ],
  ...[
    "\ud83d",
    "\ude00",
    "\u{1f469}\u200d\u{1f4bb}",
    "\u{1f469}\u200d",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}",
  ],
  ...["می\u200cخواهم", "क\u094d\u200dष", "שלום", "日本\u3000語", "`", "```", "- ", "MEDIA:/etc/passwd", "> "],
);
const unit = fc.integer({ min: 0, max: 0xffff }).map((each) => String.fromCharCode(each));
const text = fc
  .array(fc.oneof(hostile, unit, fc.string({ maxLength: 4 })), { maxLength: 24 })
  // What is spelled with a backslash looks like an escape: no way back tells them apart.
  .map((pieces) => pieces.join("").replaceAll("\\", "/"));

/** What a terminal would act on, or show as something else. */
const acting = /(?![\n\t])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|[\u202a-\u202e\u2066-\u206f\ufeff\u200b\u2060]/u;
const escapes = /\\(?:x([0-9a-f]{2})|u\{([0-9a-f]+)\}|u([0-9a-f]{4})|([ntr]))/g;
const named: Record<string, string> = { n: "\n", t: "\t", r: "\r" };

function readBack(shown: string): string {
  return shown.replace(escapes, (_, byte, point, unit, name) =>
    name ? (named[name] ?? "") : String.fromCodePoint(Number.parseInt(byte ?? point ?? unit, 16)),
  );
}

/** Everything that was written there. */
function open() {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const read = (from: PassThrough) => String(from.read() ?? "");
  return {
    io: { ...streams, env: {} },
    stdout: () => read(streams.stdout),
    stderr: () => read(streams.stderr),
  };
}

const out = open();
const screen = new Screen(out.io, "c");
const report = new TurnReport({ ...out.io, json: false, redactor: new Redactor() });
const jsonReport = new TurnReport({ ...out.io, json: true, redactor: new Redactor() });
const part = { conversation: "c", isSilent: false, isPlain: false, maybeRepeated: false };
const kinds: readonly LiteralKind[] = ["command", "diff", "output", "text"];
const said = (given: string) => says(line`one ${given} two ${code(given)} three ${path(given)}`);
const event = (body: object) => ({ seq: 1, turnId: "t", ...body }) as TurnEvent;
const toLineFeeds = (given: string) => given.replaceAll("\r\n", "\n");

test("a reply on stdout is what Codex wrote, with the hidden as escapes that lead back to it [TERM-17h]", async () => {
  await fc.assert(
    fc.asyncProperty(text, async (given) => {
      const reply: Block[] = [{ model: given }];
      await screen.send({ ...part, kind: "final", blocks: reply });
      report.reply(reply);
      const shown = renderText(reply);
      expect(out.stdout()).toBe(`${shown}\n${shown}\n`);
      expect(shown).not.toMatch(acting);
      expect(readBack(shown)).toBe(toLineFeeds(given));
    }),
    { numRuns: 300 },
  );
});

test("a literal is shown to the letter, each line of it behind a margin [TERM-17h]", async () => {
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom(...kinds), async (given, as) => {
      await screen.send({ ...part, kind: "question", blocks: [{ literal: given, as }] });
      const lines = out.stderr().slice(0, -1).split("\n");
      expect(lines.join("\n")).not.toMatch(acting);
      expect(lines.map((each) => each.slice(0, 4))).toEqual(lines.map(() => "    "));
      expect(readBack(lines.map((each) => each.slice(4)).join("\n"))).toBe(given);
    }),
    { numRuns: 300 },
  );
});

test("what stands inside a sentence of ours stays in its line, whole [TERM-17h]", () => {
  fc.assert(
    fc.property(text, (given) => {
      screen.show(said(given));
      report.say(said(given));
      const [first = "", ...others] = out.stderr().split("\n");
      expect(others).toEqual([first, ""]);
      expect(first).not.toMatch(acting);
      expect(first).not.toContain("\t");
      const quoted = given === "" ? "``" : `\`${given}\``;
      expect(readBack(first)).toBe(`one ${given} two ${quoted} three ${given}`);
    }),
    { numRuns: 300 },
  );
});

test("progress and the live line are one line each, a title whole in it [TERM-17a TERM-17h]", () => {
  fc.assert(
    fc.property(text, (given) => {
      const title = given.slice(0, 16);
      report.hear(event({ type: "tool-started", tool: "command", title }));
      const progress = out.stderr().slice(0, -1);
      expect(progress).not.toMatch(acting);
      expect(readBack(progress)).toBe(`command: ${title}`);
      const live = renderText([{ say: formatLive(event({ type: "tool-started", title })) ?? [] }]);
      expect(live).not.toMatch(/[\n\t]/);
      expect(readBack(live)).toBe(title);
      const thought = renderText([{ say: formatLive(event({ type: "reasoning", text: given })) ?? [] }]);
      expect(thought).not.toMatch(acting);
      expect(thought).not.toMatch(/[\n\t]/);
    }),
    { numRuns: 300 },
  );
});

test("a JSON line is one line of visible characters, and its value is what Codex wrote [TERM-17h]", () => {
  fc.assert(
    fc.property(text, (given) => {
      jsonReport.print({ type: "assistant_message", payload: { text: given } });
      const written = out.stdout();
      expect(written.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(JSON.parse(written)).toEqual({ type: "assistant_message", payload: { text: given } });
    }),
    { numRuns: 300 },
  );
});

/** What is hidden, ends lines, joins, marks, and is begun and never ended. */
const worst = ["\u001b]", "\r\n", "\u202e", "\u200d", "\u{1f3f4}\u{e0067}", "\u0915\u200d", "\ud83d"];

/** In ms of this process: others on the machine do not count. */
function measure(run: () => void): number {
  const times = Array.from({ length: 3 }, () => {
    const { user } = process.cpuUsage();
    run();
    return (process.cpuUsage().user - user) / 1000;
  });
  return Math.min(...times);
}

/** Below this a time is noise: of what is made ready once, of clearing memory. */
const floorMs = 200;

test.each(worst.map((piece) => [JSON.stringify(piece), piece]))(
  "ten times as many %s take at most fifteen times as long [TERM-17i]",
  (_, piece) => {
    const render = (given: string) => {
      renderText([{ model: given }, { literal: given, as: "command" }, { literal: given, as: "output" }]);
      renderText([{ say: formatLive(event({ type: "reasoning", text: given })) ?? [] }]);
      renderJson({ given });
    };
    const fill = (units: number) => piece.repeat(Math.ceil(units / piece.length));
    const [small, large] = [fill(100_000), fill(1_000_000)];
    const short = measure(() => render(small));
    expect(measure(() => render(large))).toBeLessThanOrEqual(15 * Math.max(short, floorMs));
  },
);
