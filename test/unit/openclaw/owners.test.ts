import { expect, test } from "vitest";
import { buildActor, findOwnerHint } from "../../../src/hosts/openclaw/owners.ts";

const person = { channel: "telegram", senderId: "7", isAuthorized: true };
const owners = (...ownerAllowFrom: string[]) => ({ commands: { ownerAllowFrom } });

test("the owner is who the host lists, with or without the channel; unknown is no [GATE-8i]", () => {
  const isOwner = (sender: object, config: object) => buildActor({ ...person, ...sender }, config).isOwner;
  expect(isOwner({}, owners("telegram:7"))).toBe(true);
  expect(isOwner({ senderId: "telegram:7" }, owners("Telegram:7"))).toBe(true);
  expect(isOwner({}, owners("7"))).toBe(true);
  for (const others of ["telegram:8", "discord:7", "*", "telegram:*", ""])
    expect(isOwner({}, owners(others))).toBe(false);
  expect(isOwner({}, {})).toBe(false);
  expect(isOwner({ senderId: undefined }, owners("telegram:7"))).toBe(false);
  expect(isOwner({ isAuthorized: false }, owners("telegram:7"))).toBe(false);
});

test("the host's own word comes first [GATE-8i]", () => {
  expect(buildActor({ ...person, isOwner: false }, owners("telegram:7")).isOwner).toBe(false);
  expect(buildActor({ ...person, isOwner: true }, {}).isOwner).toBe(true);
});

test("of the web chat, whoever administers the gateway is the owner [GATE-8i]", () => {
  const client = { channel: "webchat", senderId: "control-ui", isAuthorized: true };
  expect(buildActor({ ...client, scopes: ["operator.admin"] }, {}).isOwner).toBe(true);
  const page = { ...client, senderId: undefined };
  expect(buildActor({ ...page, scopes: ["operator.admin"] }, {}).isOwner).toBe(true);
  for (const scopes of [["operator.write"], undefined]) {
    expect(buildActor({ ...client, scopes }, {}).isOwner).toBe(false);
    expect(buildActor({ ...page, scopes }, {}).isOwner).toBe(false);
  }
  expect(buildActor({ ...person, scopes: ["operator.admin"] }, {}).isOwner).toBe(false);
});

test("where nobody is the owner, the command that makes the asker one is known [GATE-8i]", () => {
  const command = `openclaw config set commands.ownerAllowFrom '["telegram:7"]' --strict-json`;
  expect(findOwnerHint(person, {})).toBe(command);
  expect(findOwnerHint(person, owners("*"))).toBe(command);
  expect(findOwnerHint(person, owners("telegram:8"))).toBeUndefined();
  expect(findOwnerHint({ ...person, isAuthorized: false }, {})).toBeUndefined();
});
