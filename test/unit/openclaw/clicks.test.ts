// What a click tells of its chat, in the shapes of channels that are not tried here, and the values of our buttons.
import { expect, test } from "vitest";
import { readClick } from "../../../src/hosts/openclaw/clicks.ts";
import { buildPayload } from "../../../src/hosts/openclaw/payload.ts";
import type { ClickContext } from "../../../src/hosts/openclaw/sdk.ts";
import { Buttons } from "../../../src/store/buttons.ts";

const isGroup = (context: object) =>
  readClick({ senderId: "7", auth: { isAuthorizedSender: true }, ...context } as ClickContext).isGroup;

test("where a click does not say that its chat is direct, it is a group [GATE-8g]", () => {
  expect(isGroup({ channel: "telegram", isGroup: false })).toBe(false);
  expect(isGroup({ channel: "telegram", isGroup: true })).toBe(true);
  expect(isGroup({ channel: "discord" })).toBe(false);
  expect(isGroup({ channel: "discord", guildId: "9" })).toBe(true);
  expect(isGroup({ channel: "slack" })).toBe(true);
});

test("a button's value has 48 bytes at most, whatever it means [GATE-7c]", () => {
  const values: string[] = [];
  const connection = { command: () => () => 1, query: () => ({}) };
  const buttons = new Buttons(connection as never, { now: () => 0 } as never);
  const rows = buttons.make([[{ label: "x", line: `resume ${"y".repeat(5_000)}` }]], { conversation: "c" });
  for (const block of buildPayload("text", rows).presentation?.blocks ?? [])
    if (block.type === "buttons") values.push(...block.buttons.map(({ action }) => action.value));
  expect(values).toEqual([expect.stringMatching(/^cx:[a-z2-9]{12}$/)]);
  expect(Buffer.byteLength(values[0] ?? "")).toBeLessThanOrEqual(48);
});
