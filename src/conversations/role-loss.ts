// Whoever loses their say in a conversation loses at once what still waits on it: messages, questions, and what Codex does
// without asking because they once said "for the session".

import type { PlaceServers } from "../codex/place-servers.ts";
import type { Threads } from "../codex/threads.ts";
import type { Log } from "../kit/log.ts";
import type { Store } from "../store/open-store.ts";
import type { Binding, Message, Question } from "../store/rows.ts";
import type { Questions } from "./questions.ts";
import type { Runner } from "./runner.ts";

export interface LossServices {
  store: Pick<Store, "messages" | "questions">;
  questions: Pick<Questions, "end">;
  runner: Pick<Runner, "dropOf"> & {
    findActive(
      bindingId: string,
    ): { actor: string; turn?: { inbox: { turnId: string | undefined } } } | undefined;
  };
  places: {
    get(id: string): {
      threads: Pick<Threads, "letGo" | "findFeed">;
      servers: Pick<PlaceServers, "status">;
    };
  };
  log: Log;
}

/**
 * gone: the thread is not loaded any more, and with it the rules went. kept: it is at work, and Codex keeps them until it
 * was unused for a while. elsewhere: the server is the person's own, which decides that.
 */
export type RulesFate = "gone" | "kept" | "elsewhere";

export interface Loss {
  /** Taken back, with their words. */
  messages: Pick<Message, "id" | "text">[];
  /** Declined, or withdrawn. */
  questions: Pick<Question, "token" | "kind">[];
  /** How many answers "for the session" they gave. */
  rules: number;
  rulesAre: RulesFate;
  /** A turn of theirs still runs; it is not stopped. */
  isRunning: boolean;
}

/** All but the unloading of the thread has happened when this returns its promise. */
export async function endRole(services: LossServices, binding: Binding, id: string): Promise<Loss> {
  const { store, questions, runner } = services;
  const { conversation } = binding;
  const asked = store.questions.openOfConversation(conversation).filter((each) => isOf(each, id));
  for (const question of asked) questions.end(question);
  const messages = runner.dropOf(binding.id, id);
  const rules = store.questions.sessionRulesOf(conversation, id);
  for (const { token } of rules) store.questions.forgetSessionRule(token);
  const active = runner.findActive(binding.id);
  const isRunning = active?.actor === id && active.turn?.inbox.turnId !== undefined;
  const rulesAre = rules.length === 0 ? "gone" : await unload(services, binding);
  return { messages, questions: asked, rules: rules.length, rulesAre, isRunning };
}

export function isNothing({ messages, questions, rules }: Loss): boolean {
  return messages.length === 0 && questions.length === 0 && rules === 0;
}

function isOf({ asker, kind, payload }: Question, id: string): boolean {
  // The owner is asked whether a driver's message may run: it goes with the driver.
  return kind === "confirm" && payload.type === "let-run" ? payload.driver === id : asker === id;
}

async function unload({ places, log }: LossServices, { place, threadId }: Binding): Promise<RulesFate> {
  if (threadId === undefined) return "gone";
  try {
    const { threads, servers } = places.get(place);
    const isOwn = servers.status().connected?.kind !== "attached";
    await threads.letGo(threadId);
    if (!isOwn) return "elsewhere";
    return threads.findFeed(threadId) === undefined ? "gone" : "kept";
  } catch (error) {
    log.warn(`a thread was not unloaded: ${String(error)}`);
    return "kept";
  }
}
