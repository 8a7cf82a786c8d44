// Who is heard, what they may click, and what others get to read, on the bundled Telegram channel of the real gateway.
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { personId } from "../rigs/openclaw/fake-telegram.ts";
import type { TelegramChat } from "../rigs/openclaw/telegram-chat.ts";
import { TelegramRig } from "../rigs/openclaw/telegram-rig.ts";
import { botName } from "../rigs/openclaw/telegram-shapes.ts";
import { until } from "../rigs/until.ts";

const room = -1_003_000;
const [driver, authorised, stranger] = [100_002, 100_003, 100_004];

let rig: TelegramRig;
let owner: TelegramChat;
let direct: TelegramChat;

beforeAll(async () => {
  rig = await TelegramRig.open(inject("plugin").folder, {
    telegram: {
      // Else the channel itself keeps back what does not mention the bot.
      groups: { "*": { requireMention: false } },
      groupAllowFrom: ["*"],
      allowFrom: [String(personId), String(driver), String(authorised)],
    },
  });
  owner = rig.chat({ chat: room });
  direct = rig.chat();
  await rig.bind(owner);
  await rig.bind(direct);
});
afterAll(() => rig?.close());

const asked = () => JSON.stringify(rig.model.requests.map(({ body }) => body.input));
const inRoom = (from: number) => rig.chat({ chat: room, from });
const mention = (text: string) => `@${botName} ${formatScript({ text })}`;
const textsInRoom = () => rig.telegram.sent.filter(({ chat }) => chat === room).map(({ text }) => text);

/** What came before in the room has been dealt with then. */
async function ownerHears(word: string): Promise<void> {
  owner.say(mention(word));
  await owner.read(new RegExp(word));
}

test("a stranger and an authorised person who is no driver are neither run nor answered [GATE-8b]", async () => {
  const before = textsInRoom().length;
  for (const from of [stranger, authorised]) {
    inRoom(from).say(mention(`from ${from}`));
    inRoom(from).say("/cx status");
    inRoom(from).say(`@${botName} yes`);
  }
  await ownerHears("only mine");
  expect(asked()).not.toMatch(/from 10000[34]/);
  const said = textsInRoom()
    .slice(before)
    .filter((text) => !/^(Opening the thread|Started)/.test(text));
  expect(said).toEqual(["only mine"]);
});

test("only mentions and replies count in a group [GATE-8f]", async () => {
  const unheard = owner.say(formatScript({ text: "to somebody else" }));
  // Telegram's channel makes one message of two that come together.
  await until(() => rig.gateway.readLog().includes(`messageId=${unheard}`));
  await ownerHears("by mention");
  const shown = rig.telegram.sent.findLast(({ text }) => text.includes("by mention"));
  owner.say(formatScript({ text: "by reply" }), { replyTo: shown?.messageId ?? 0 });
  await owner.read(/by reply/);
  expect(asked()).not.toContain("to somebody else");
});

test("a driver whom the owner allows writes turns, sees the card without folders, decides nothing [GATE-8d GATE-8e]", async () => {
  const chat = inRoom(driver);
  chat.say(mention("the driver too early"));
  await ownerHears("before the driver");
  owner.say(`/cx allow @user${driver}`);
  await owner.read(/may write turns here now/);
  owner.say("/cx allow");
  await owner.read(new RegExp(`telegram:${driver} \\(@user${driver}, shown as User${driver}\\), until`));
  chat.say(mention("the driver is heard"));
  await owner.read(/the driver is heard/);
  chat.say("/cx status");
  expect((await owner.read(/Thread:/)).text).not.toContain(rig.home.workFolder);
  for (const line of ["/cx detach", "/cx sessions", "/cx model", "/cx allow 100004"]) {
    chat.say(line);
    await owner.read(/not allowed to do that/);
  }
  owner.say(`/cx disallow ${driver}`);
  await owner.read(/not heard here any more/);
  chat.say(mention("the driver again"));
  await ownerHears("after the driver");
  expect(asked()).not.toMatch(/the driver (again|too early)/);
});

test("over a driver's turns of a day a message waits until the owner clicks Yes; the driver's click counts for nothing [GATE-8l]", async () => {
  const chat = inRoom(driver);
  owner.say(`/cx allow ${driver} --for 8h --turns 1/day`);
  await owner.read(/may write turns here now, until .* 1 a day/);
  chat.say(mention("within the limit"));
  await owner.read(/within the limit/);
  chat.say(mention("over the limit"));
  await owner.read(/May it run/);
  expect(asked()).not.toContain("over the limit");
  const button = await owner.click(/^Yes$/, driver);
  await owner.read(/this message waits for the owner/);
  await owner.read(/not allowed to do that/);
  rig.telegram.click(button);
  await owner.read(/On its way: 1 message/);
  await owner.read(/^over the limit/);
  owner.say(`/cx disallow ${driver}`);
  await owner.read(/not heard here any more/);
});

test("lists and paths that the owner asks for in a group come in the owner's own chat [GATE-8g]", async () => {
  owner.say("/cx sessions");
  await owner.read(/Sent to you privately/);
  await direct.read(/1\. /);
  owner.say("/cx status");
  await owner.read(/Sent to you privately/);
  expect((await direct.read(/Thread:/)).text).toContain(rig.home.workFolder);
  expect(textsInRoom().join("\n")).not.toContain(`Folder: ${rig.home.workFolder}`);
});

test("Stop stops its turn; a stranger's click does nothing; after the end it says that it is over [GATE-7b GATE-7d]", async () => {
  owner.say(`@${botName} ${formatScript({ text: "never said", hold: "for the click" })}`);
  await rig.model.held("for the click");
  await owner.read(/Started/);
  const button = await owner.click(/^Stop$/, stranger);
  await ownersCard();
  await owner.click(/^Stop$/);
  await owner.read(/Stopped/);
  await rig.telegram.waitForCall(
    ({ method, body }) => method === "editMessageReplyMarkup" && body.message_id === button.messageId,
  );
  rig.telegram.click(button);
  await owner.read(/button.*(over|used)/);
});

/** Clicks do not wait behind messages; by the time of the card the click before it is dealt with. */
async function ownersCard(): Promise<void> {
  owner.say("/cx status");
  expect((await direct.read(/Thread:/)).text).toMatch(/Turn: running/);
}

test("choices of a question are buttons: one click counts, and once [GATE-7a GATE-7b]", async () => {
  const extra = { sandbox_permissions: "require_escalated", justification: "it has to be there" };
  direct.say(formatScript({ shell: "touch clicked.txt", extra }, { text: "went on" }));
  await direct.read(/it has to be there/);
  const button = await direct.click(/^Yes, this once$/);
  rig.telegram.click(button);
  // The prompt itself says what was decided, and by whom; it has no buttons any more.
  const closed = await direct.read(/touch clicked\.txt[\s\S]*Yes, this once/);
  expect(closed).toMatchObject({ kind: "edited", messageId: button.messageId, buttons: [] });
  expect(closed.text).toContain(`telegram:${personId}`);
  await direct.read(/went on/);
  await direct.read(/button.*used|closed already|button.*over/);
  expect(rig.telegram.sent.filter(({ text }) => /went on/.test(text))).toHaveLength(1);
});

test("rows of sessions, models and efforts are buttons that do what is typed [GATE-7a]", async () => {
  direct.say("/cx model");
  await direct.read(/takes another one/);
  const model = await direct.click(/./);
  await direct.read(new RegExp(`Model ${model.label} from the next turn on`));
  direct.say("/cx effort");
  await direct.read(/effort/i);
  const effort = await direct.click(/./);
  await direct.read(new RegExp(`${effort.label} from the next turn`, "i"));
  direct.say("/cx sessions");
  await direct.read(/1\. /);
  await direct.click(/^2\. /);
  await direct.read(/only mine/);
});

test("no button that was sent has more than Telegram takes [GATE-7c]", () => {
  const data = rig.telegram.sent.flatMap(({ buttons }) => buttons.map((button) => button.data));
  expect(data.length).toBeGreaterThan(10);
  for (const each of data) expect(Buffer.byteLength(each)).toBeLessThanOrEqual(64);
  // The channel puts a mark of its own before what we gave it.
  const ours = data.flatMap((each) => each.match(/cx:.*$/) ?? []);
  expect(ours.length).toBeGreaterThan(10);
  for (const each of ours) expect(Buffer.byteLength(each)).toBeLessThanOrEqual(48);
});
