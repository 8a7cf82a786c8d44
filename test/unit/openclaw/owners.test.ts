import { expect, test } from "vitest";
import { readSender } from "../../../src/hosts/openclaw/claim.ts";
import { readClick } from "../../../src/hosts/openclaw/clicks.ts";
import { readDispatch } from "../../../src/hosts/openclaw/codex-command.ts";
import { buildActor, findOwnerHint, listOwners, namesOwner } from "../../../src/hosts/openclaw/owners.ts";

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

test("the service's name of a person and how they are shown are kept apart, at every entrance that is told them [GATE-8d]", () => {
  const claim = { content: "", channel: "telegram", senderId: "7", isGroup: true, senderName: "Bob" };
  const named = buildActor(readSender({ ...claim, senderUsername: "@bob_7" }), {});
  expect(named).toMatchObject({ id: "telegram:7", userName: "bob_7", name: "Bob" });
  expect(buildActor(readSender(claim), {})).not.toHaveProperty("userName");
  expect(buildActor({ ...person, userName: "" }, {})).not.toHaveProperty("userName");
  const click = { channel: "telegram", senderUsername: "bob_7", auth: { isAuthorizedSender: true } };
  expect(readClick(click as never).sender).toMatchObject({ userName: "bob_7" });
  const ctx = { CommandAuthorized: true, SenderId: "7", SenderUsername: "bob_7", SenderName: "Bob" };
  expect(readDispatch({ ctx }).sender).toMatchObject({ userName: "bob_7", name: "Bob" });
});

test("a list names an id with or without its channel [GATE-8m]", () => {
  const list = listOwners(owners("telegram:7", "Signal:+15", "9", "*"));
  for (const id of ["telegram:7", "Telegram:7", "signal:+15", "slack:9"])
    expect(namesOwner(list, id), id).toBe(true);
  for (const id of ["telegram:8", "discord:7", "telegram:*"]) expect(namesOwner(list, id), id).toBe(false);
});
