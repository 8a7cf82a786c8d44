// Real roles over what a chat rig has.
import type { ChatPlace } from "../../../src/chat/chat-services.ts";
import { buildVoice } from "../../../src/chat/words/voice.ts";
import type { ThreadFeed } from "../../../src/codex/thread-feed.ts";
import type { Outbox } from "../../../src/conversations/outbox.ts";
import type { Questions } from "../../../src/conversations/questions.ts";
import { Roles, type RolesOptions } from "../../../src/conversations/roles.ts";
import type { Clock } from "../../../src/kit/clock.ts";
import { silentLog } from "../../../src/kit/log.ts";
import type { Store } from "../../../src/store/open-store.ts";
import type { openChat } from "./chat-rig.ts";

export interface RolesRigOptions {
  store: Store;
  runner: RolesOptions["runner"];
  outbox: Outbox;
  questions: Questions;
  place: ChatPlace;
  clock: Clock;
  /** What was asked of Codex. */
  calls: unknown[][];
  now: { owners: string[]; feed: ThreadFeed | undefined };
}

/** As a new process has them. */
export function buildRolesAgain(chat: ReturnType<typeof openChat>): Roles {
  const { store, questions, clock, calls, now, services } = chat;
  const { runner, outbox, places } = services as typeof services & Pick<RolesRigOptions, "runner" | "outbox">;
  return buildRoles({ store, questions, clock, calls, now, runner, outbox, place: places.local });
}

export function buildRoles({ store, runner, outbox, questions, place, clock, calls, now }: RolesRigOptions) {
  const letGo = async (id: string) => void calls.push(["letGo", id]);
  return new Roles({
    ...{ store, runner, outbox, questions, clock, voice: buildVoice(), log: silentLog },
    places: { get: () => ({ threads: { findFeed: () => now.feed, letGo }, servers: place.servers }) },
    settings: { driverDays: 30, driverTurnsPerDay: 50 },
    owners: { read: () => now.owners, names: (owners, id) => owners.includes(id) },
  });
}
