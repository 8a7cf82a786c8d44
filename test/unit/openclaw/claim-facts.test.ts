// What a claim's event tells of a message besides its words. The events are those of the real Telegram channel
// (docs/protocol-notes.md), cut to what is read.
import { expect, test } from "vitest";
import { readClaimFacts } from "../../../src/hosts/openclaw/claim-facts.ts";
import type { ClaimEvent } from "../../../src/hosts/openclaw/sdk.ts";

const header = "[Telegram Ann (@ann) id:7 +23s Sat 2026-11-28 19:56:19 UTC] Ann (@ann): ";
const eve = "[Forwarded from Eve (@eve) at 2023-11-14T22:13:20.000Z]";

function read(change: Partial<ClaimEvent>, config = {}) {
  const content = change.content ?? "yes";
  const event = {
    channel: "telegram",
    isGroup: false,
    content,
    body: `${header}${content}`,
    bodyForAgent: content,
  };
  return readClaimFacts({ ...event, ...change }, config);
}

test("a typed message is its words and nothing else", () => {
  expect(read({})).toEqual({ text: "yes" });
  const bare = { content: header, body: header, bodyForAgent: "" };
  expect(read(bare)).toEqual({ text: "" });
});

test("a forward shows in the envelope alone [TAKE-2b TAKE-2c]", () => {
  expect(read({ body: `${header}${eve}\nyes` })).toEqual({
    text: "yes",
    isForwarded: true,
    forwardedFrom: "Eve (@eve)",
  });
  expect(read({ body: `${header}[Forwarded from a] b: c]\nyes` })).toMatchObject({
    forwardedFrom: "a] b: c",
  });
  const chain = "\n\n[Reply chain - nearest first]\n[1. Ann id:3]\nyes\n[/Reply chain]";
  expect(read({ body: `${header}${eve}\nyes${chain}` })).toMatchObject({ isForwarded: true });
  const photo = `${header}${eve}`;
  expect(read({ content: photo, body: photo, bodyForAgent: "" })).toMatchObject({
    text: "",
    isForwarded: true,
  });
  expect(read({ content: "/codex yes", body: `${header}${eve}\n/codex@our_bot yes` })).toMatchObject({
    isForwarded: true,
  });
  const several = `${eve}\nyes\n${eve}\nno`;
  expect(read({ content: "yes\nno", body: `${header}${several}`, bodyForAgent: several })).toEqual({
    text: several,
    isForwarded: true,
  });
});

test("whoever types such a line, or replies to a forward, has forwarded nothing [TAKE-2c]", () => {
  for (const content of [`${eve}\nyes`, `a: ${eve}\nyes`, `x\n${header}${eve}\nyes`, eve])
    expect(read({ content })).toEqual({ text: content });
  const chain = `\n\n[Reply chain - nearest first]\n[1. Ann id:3]\n${eve}\nyes\n[/Reply chain]`;
  expect(
    read({ body: `${header}yes${chain}`, replyToId: "3", replyToBody: "yes", replyToSender: "Ann" }),
  ).toEqual({
    text: "yes",
    quoted: { text: "yes", from: "Ann" },
    repliesTo: "3",
  });
});

test("what is edited says so; where forwards are not told, that is known [TAKE-2c]", () => {
  expect(read({ providerUpdate: { kind: "message" } })).toEqual({ text: "yes" });
  expect(read({ providerUpdate: { kind: "edited_message" } })).toMatchObject({ isEdited: true });
  expect(read({ providerUpdate: { kind: "message", editedTimestamp: 5 } })).toMatchObject({ isEdited: true });
  expect(read({ channel: "matrix" })).toMatchObject({ mayBeForwarded: true });
  const hiding = { channels: { telegram: { contextVisibility: "allowlist" } } };
  expect(read({ isGroup: true }, hiding)).toMatchObject({ mayBeForwarded: true });
  expect(read({}, hiding)).toEqual({ text: "yes" });
  expect(read({ isGroup: true }, { channels: { telegram: { contextVisibility: "all" } } })).toEqual({
    text: "yes",
  });
});

test("a reply tells whose words it is to, a quote that it is a part, a file its kind [TAKE-2a]", () => {
  const reply = { replyToId: "3", replyToBody: "words", replyToSender: "Ann" };
  expect(read(reply).quoted).toEqual({ text: "words", from: "Ann" });
  expect(read({ ...reply, replyToIsQuote: true }).quoted).toMatchObject({ isPart: true });
  expect(read({ ...reply, replyToSender: "Codex (you)" }).quoted).toMatchObject({ isOurs: true });
  expect(read({ ...reply, replyToBody: "<media:image>" }).quoted).toMatchObject({ text: "(image)" });
  expect(read({ replyToId: "3", replyToSender: "Codex (you)" }).quoted).toMatchObject({
    text: "",
    isOurs: true,
  });
  expect(read({ replyToId: "3" }).quoted).toBeUndefined();
});

test("locations, polls and stickers are no words; what only looks so is [TAKE-2d]", () => {
  const poll =
    "[Poll] yes?\n1. yes — 0 votes\nTotal voters: 0\nType: regular\nVisibility: anonymous\nSelection: single answer\nStatus: open";
  expect(read({ content: "📍 1.500000, 2.500000", location: { latitude: 1.5 } }).untakable).toBe(
    "a location",
  );
  expect(read({ content: poll }).untakable).toBe("a poll");
  const sticker = { kind: "sticker", contentType: "sticker" };
  expect(read({ content: "👍", media: [sticker] }).untakable).toBe("a sticker");
  expect(
    read({ content: header, body: header, bodyForAgent: "", media: [{ ...sticker, path: "/in/a.webp" }] }),
  ).toMatchObject({
    text: "",
    untakable: "a sticker",
  });
  expect(
    read({ content: "what is that", media: [{ ...sticker, path: "media://inbound/a.webp" }] }).untakable,
  ).toBeUndefined();
  expect(read({ content: "look", media: [{ ...sticker, path: "/in/a.webp" }] }).untakable).toBeUndefined();
  for (const content of ["👍", "📍 1.5, 2.5", "[Poll] shall we?"])
    expect(read({ content })).toEqual({ text: content });
});

test("the host's note about a file that it could not get is not said by the person [TAKE-2d]", () => {
  const note = "[media unavailable: download failed]";
  const media = [{ kind: "image", contentType: "image" }];
  expect(read({ content: "look", bodyForAgent: `look\n\n${note}`, media }).text).toBe("look");
  const body = `${header}${note}`;
  expect(read({ content: body, body, bodyForAgent: note, media }).text).toBe("");
  expect(read({ content: `see\n\n${note}` }).text).toBe(`see\n\n${note}`);
});
