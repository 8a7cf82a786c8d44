// A channel delivers again what it cannot know to have been taken; a command must not work twice.
import { expect, test } from "vitest";
import { readShown } from "../../rigs/shown-text.ts";
import { here } from "../chat/chat-fixtures.ts";
import { openChat } from "../chat/chat-rig.ts";

const again = { messageId: "seen-before", mayRepeat: true };
const repeated = /came a second time after a restart/;

test("a command that comes again is not run again, in the conversation where it came [GATE-4i]", async () => {
  const { bind, receive, called } = openChat();
  bind();
  await receive("/codex new --cwd /work", again);
  expect(readShown((await receive("/codex new --cwd /work", again)).reply)).toMatch(repeated);
  expect(called("prepareNew")).toHaveLength(1);
});

test("a yes that comes again does not answer the next question [GATE-4i]", async () => {
  const { bind, receive, ask, store } = openChat();
  bind();
  ask();
  await receive("yes", again);
  const next = ask();
  expect(readShown((await receive("yes", again)).reply)).toMatch(repeated);
  expect(store.questions.findByToken(here, next)?.state).toBe("open");
});

test("what was noted is never open, so no recovery takes it for a message [GATE-4i]", async () => {
  const { bind, receive, store } = openChat();
  bind();
  await receive("/codex status", again);
  expect(store.messages.open()).toEqual([]);
});
