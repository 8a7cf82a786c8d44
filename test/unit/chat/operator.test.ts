import { join } from "node:path";
import { expect, test } from "vitest";
import { type OperatorIo, runAudit, runLock } from "../../../src/chat/operator.ts";
import { renderPlain } from "../../../src/hosts/openclaw/render/plain.ts";
import { renderJson, renderLine, renderText } from "../../../src/hosts/terminal/render.ts";
import { systemClock } from "../../../src/kit/clock.ts";
import { digestText } from "../../../src/store/audit.ts";
import { movableClock, openTestStore, privateDirectory } from "../store/store-rig.ts";

const dayMs = 86_400_000;
const start = Date.UTC(2026, 10, 28, 9, 30);

function open() {
  const directory = join(privateDirectory(), "state");
  const out: string[] = [];
  const err: string[] = [];
  const clock = movableClock(start);
  const io: OperatorIo = {
    ...{ directory, clock },
    print: (blocks) => {
      // The other host shows the same.
      expect(renderPlain(blocks)).toBe(renderText(blocks, "flat"));
      out.push(renderText(blocks, "flat"));
    },
    printJson: (value) => void out.push(renderJson(value, 2)),
    complain: (line) => void err.push(renderLine(line)),
  };
  return { io, out, err, clock, directory };
}

function fill(directory: string) {
  const clock = movableClock(start - 8 * dayMs);
  const { audit, close } = openTestStore(directory, clock);
  const conversation = JSON.stringify(["telegram", "default", "-100", "7"]);
  audit.write({ act: "held", actor: "telegram:1", conversation, place: "here", threadId: "t1" });
  clock.time = start;
  const evil = "telegram:\u001b[2J\u202ebob\u009b1m\nlocked  me";
  const about = { about: evil, conversation: JSON.stringify(["tele\u0007gram", "a", "b\u2028c", null]) };
  audit.write({ act: "allowed", actor: evil, ...about, place: "box\u200b" });
  const digest = digestText("x");
  audit.write({ act: "approved", actor: "telegram:1", conversation, threadId: "t1", place: "here", digest });
  audit.write({ act: "locked", actor: "operator:ann" });
  close();
}

async function openFilled() {
  const rig = open();
  await runLock("lock", { ...rig.io, clock: systemClock });
  await runLock("unlock", { ...rig.io, clock: systemClock });
  rig.out.length = 0;
  fill(rig.directory);
  return rig;
}

test("a table: one line each, controls of outside words made visible [AUD-2a AUD-2b]", async () => {
  const { io, out } = await openFilled();
  expect(runAudit({ json: false }, io)).toBe(0);
  const [text = ""] = out;
  expect(text).toMatch(/^[\n -~]*$/);
  const [head, , , ...lines] = text.split("\n");
  expect(head).toMatch(/^time \(UTC\) +what +who +where +thread +about +shown$/);
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^2026-11-20 09:30:00 {2}held +telegram:1 +telegram default -100 7 +t1 on here/);
  expect(lines[1]).toContain("telegram:\\x1b[2J\\u202ebob\\x9b1m\\nlocked  me");
  expect(lines[1]).toContain("tele\\x07gram a b\\u2028c");
  expect(lines[1]).toContain("(not begun) on box\\u200b");
  expect(lines[2]).toMatch(/approved .* 2d711642b726b044$/);
  expect(lines[3]).toMatch(/locked +operator:ann +-/);
});

test("JSON: an array in ASCII, with the route taken apart [AUD-2a AUD-2b]", async () => {
  const { io, out } = await openFilled();
  expect(runAudit({ json: true, since: "1d" }, io)).toBe(0);
  expect(out.join("")).toMatch(/^[\n -~]*$/);
  const rows = JSON.parse(out.join("")) as Record<string, unknown>[];
  const act = (name: string) => rows.filter((row) => row.act === name);
  expect(act("held")).toEqual([]);
  expect(act("approved")).toEqual([
    {
      ...{ id: 5, at: "2026-11-28T09:30:00.000Z", act: "approved", actor: "telegram:1", place: "here" },
      ...{ threadId: "t1", digest: digestText("x") },
      conversation: { channel: "telegram", account: "default", chat: "-100", topic: "7" },
    },
  ]);
  expect(act("allowed")).toMatchObject([{ actor: "telegram:\u001b[2J\u202ebob\u009b1m\nlocked  me" }]);
});

test("since a date or for a time; nothing found is said beside the output [AUD-2a]", async () => {
  const { io, out, err, directory } = await openFilled();
  const count = (since: string) => {
    out.length = 0;
    expect(runAudit({ json: true, since }, io)).toBe(0);
    return JSON.parse(out.join("")).filter(({ actor }: { actor: string }) => actor.startsWith("telegram"))
      .length;
  };
  expect([count("9d"), count("7d"), count("2026-11-01"), count("2026-11-25")]).toEqual([3, 2, 3, 2]);
  expect(err).toEqual([]);
  expect(count("2099-01-01")).toBe(0);
  expect(err).toEqual([`Nothing is recorded since then in ${directory}.`]);
});

test.each(["", "soon", "7", "2026-02-30", "\u001b]0;x\u0007"])(
  "--since %j: a sentence, exit 2 [AUD-2c]",
  (since) => {
    const { io, out, err } = open();
    expect(runAudit({ json: true, since }, io)).toBe(2);
    expect(out).toEqual([]);
    expect(err.join()).toMatch(/^--since wants [ -~]*\.$/);
  },
);

test("no state yet: nothing, said, and nothing is made [AUD-2a]", () => {
  const { io, out, err, directory } = open();
  expect(runAudit({ json: true }, io)).toBe(0);
  expect(out).toEqual(["[]"]);
  expect(err).toEqual([`Nothing is recorded in ${directory}.`]);
});

test("lock and unlock say what became of them [AUD-3b]", async () => {
  const { io, out, err } = open();
  const real = { ...io, clock: systemClock };
  expect(await runLock("unlock", real)).toBe(0);
  expect(await runLock("lock", real)).toBe(0);
  expect(await runLock("lock", real)).toBe(0);
  expect(await runLock("unlock", real)).toBe(0);
  expect(out).toEqual([
    "It is not locked.",
    expect.stringMatching(/^Locked: nothing runs here now/),
    "It is locked already.",
    "Unlocked: chats are heard again.",
  ]);
  expect(err).toEqual([]);
});
