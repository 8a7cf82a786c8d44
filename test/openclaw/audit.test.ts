// The operator's commands on the real gateway: what `openclaw codex-threads audit` reads back, and what lock and unlock do
// while the gateway runs and while it does not.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { personId } from "../rigs/openclaw/fake-telegram.ts";
import { agentAnswer } from "../rigs/openclaw/gateway.ts";
import type { TelegramChat } from "../rigs/openclaw/telegram-chat.ts";
import { TelegramRig } from "../rigs/openclaw/telegram-rig.ts";
import { botName } from "../rigs/openclaw/telegram-shapes.ts";

const group = -1_004_000;
const driver = 100_002;
const owner = `telegram:${personId}`;
const refused = /operator of this machine has locked Codex/;

let rig: TelegramRig;
let direct: TelegramChat;
let room: TelegramChat;

beforeAll(async () => {
  rig = await TelegramRig.open(inject("plugin").folder, {
    telegram: { groups: { "*": { requireMention: false } }, groupAllowFrom: ["*"] },
  });
  direct = rig.chat();
  room = rig.chat({ chat: group });
  await rig.bind(direct);
  await rig.bind(room);
});
afterAll(() => rig?.close());

interface Row {
  id: number;
  at: string;
  act: string;
  actor: string;
  about?: string;
  digest?: string;
  threadId?: string;
  conversation?: { channel: string; chat: string };
}

const operate = (...args: string[]) => rig.gateway.run("codex-threads", ...args);

async function readAudit(...args: string[]): Promise<Row[]> {
  const { code, stdout } = await operate("audit", "--json", ...args);
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

/** What was asked is open in the chat; `name`: the file that a yes would make. */
async function openQuestion(chat: TelegramChat, name: string): Promise<void> {
  const extra = { sandbox_permissions: "require_escalated", justification: `about ${name}` };
  chat.say(formatScript({ shell: `touch ${name}`, extra }, { text: `after ${name}` }));
  await chat.read(new RegExp(`about ${name}`));
}

const isMade = (name: string) => existsSync(join(rig.home.workFolder, name));

test("who held, allowed, approved, declined and let go is read back, with the gateway at work [AUD-1a AUD-1b AUD-2a]", async () => {
  room.say(`/cx allow ${driver}`);
  await room.read(/may write turns here now/);
  room.say(`/cx disallow ${driver}`);
  await room.read(/not heard here any more/);
  await openQuestion(direct, "approved.txt");
  await direct.click(/^Yes, this once$/);
  await direct.read(/after approved/);
  await openQuestion(direct, "declined.txt");
  direct.say("no");
  await direct.read(/after declined/);
  expect([isMade("approved.txt"), isMade("declined.txt")]).toEqual([true, false]);

  const rows = await readAudit();
  expect(rows.map(({ act, actor, about }) => [act, actor, about])).toEqual([
    ["held", owner, undefined],
    ["held", owner, undefined],
    ["allowed", owner, `telegram:${driver}`],
    ["disallowed", owner, `telegram:${driver}`],
    ["approved", owner, undefined],
    ["declined", owner, undefined],
  ]);
  expect(rows.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6]);
  const [, , , , approved, declined] = rows;
  expect(approved).toMatchObject({
    digest: /^[0-9a-f]{16}$/,
    threadId: /./,
    conversation: { channel: "telegram" },
  });
  expect(declined?.digest).toMatch(/^[0-9a-f]{16}$/);
  expect(declined?.digest).not.toBe(approved?.digest);
  expect(JSON.stringify(rows)).not.toMatch(/touch|approved\.txt/);
});

test("the table, --since, and what is no time [AUD-2a AUD-2c]", async () => {
  const { code, stdout } = await operate("audit", "--since", "1h");
  expect(code).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(7);
  expect(stdout).toMatch(new RegExp(`approved +${owner} +telegram `));
  const wrong = await operate("audit", "--json", "--since", "soon");
  expect(wrong.code).toBe(2);
  expect(wrong.stdout).toBe("");
  expect(wrong.stderr).toMatch(/--since wants how long ago/);
});

test("lock stops the turn, declines the question and refuses chats, and so it does when it is asked with no gateway there; unlock reverses both [AUD-1a AUD-3a AUD-3b AUD-3c]", async () => {
  room.say(`@${botName} ${formatScript({ text: "never said", hold: "locked" })}`);
  await rig.model.held("locked");
  await openQuestion(direct, "locked.txt");
  const before = rig.telegram.sent.length;
  expect(await operate("lock")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Locked: turns are stopped/),
  });
  await room.read(/Stopped/);
  await direct.read(/has locked it[\s\S]*declined/);
  direct.say(formatScript({ text: "said although locked" }));
  await direct.read(refused);
  direct.say("/cx new");
  await direct.read(refused);
  direct.say("/codex sessions");
  await direct.read(refused);
  direct.say("/cx status");
  expect((await direct.read(/Thread:/)).text).toMatch(/Locked by the operator/);

  await rig.gateway.down();
  expect(await operate("unlock")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Unlocked/) });
  expect(await operate("lock")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Locked/) });
  await rig.gateway.up();
  room.say(`@${botName} ${formatScript({ text: "said although locked" })}`);
  await room.read(refused);
  expect(await operate("unlock")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Unlocked/) });
  direct.say(formatScript({ text: "heard again" }));
  await direct.read(/heard again/);
  room.say("/cx detach");
  await room.read(/Detached/);

  const since = rig.telegram.sent.slice(before).map(({ text }) => text);
  expect(since.filter((text) => /said although|never said|after locked/.test(text))).toEqual([]);
  expect(since.filter((text) => agentAnswer.test(text))).toEqual([]);
  expect(rig.countRequests("said although locked")).toBe(0);
  expect(isMade("locked.txt")).toBe(false);
  const rows = (await readAudit()).slice(6);
  expect(rows.map(({ act }) => act)).toEqual([
    ...["locked", "declined", "unlocked", "locked", "unlocked", "released"],
  ]);
  const [released] = rows.splice(-1);
  expect(new Set(rows.map(({ actor }) => actor)).size).toBe(1);
  expect(rows[0]?.actor).toMatch(/^operator:/);
  expect(released).toMatchObject({
    actor: owner,
    conversation: { chat: expect.stringContaining(String(group)) },
  });
});
