// What the chat room needs of the other rooms, as narrow as it needs it.
import type { PlaceServers } from "../codex/place-servers.ts";
import type { Threads } from "../codex/threads.ts";
import type { Settings } from "../config/settings.ts";
import type { Binder } from "../conversations/binder.ts";
import type { OnPoint } from "../conversations/host-sender.ts";
import type { Questions } from "../conversations/questions.ts";
import type { Runner } from "../conversations/runner.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Redactor } from "../kit/redactor.ts";
import type { Store } from "../store/open-store.ts";
import type { Doctor } from "./doctor.ts";

export interface ChatPlace {
  id: string;
  /** What people call it: the machine's name. */
  name: string;
  threads: Pick<Threads, "list" | "read" | "listModels" | "findFeed">;
  servers: Pick<PlaceServers, "status">;
}

export interface ChatPlaces {
  readonly local: ChatPlace;
  /** Throws `node-unknown`. */
  get(id: string): ChatPlace;
  /** Throws `node-unknown`. */
  getByName(name: string | undefined): ChatPlace;
}

/** The message of a binding that is being carried now. */
export interface CarriedMessage {
  actor: string;
  startedAt: number;
  turn?: { inbox: { turnId: string | undefined; running: ReadonlyMap<string, { title: string }> } };
}

export interface ChatRunner
  extends Pick<Runner, "enqueue" | "stop" | "steer" | "decide" | "dropWaiting" | "waiting"> {
  findActive(bindingId: string): CarriedMessage | undefined;
}

export interface ChatServices {
  store: Pick<Store, "messages" | "questions" | "lists" | "bindings" | "servers">;
  places: ChatPlaces;
  binder: Pick<Binder, "find" | "bindNew" | "bindThread" | "detach" | "setSettings">;
  runner: ChatRunner;
  questions: Pick<Questions, "open" | "get" | "asked" | "choose" | "fill" | "closeConfirm">;
  redactor: Pick<Redactor, "redact">;
  settings: Pick<Settings, "maxQueued">;
  clock: Clock;
  log: Log;
  onPoint: OnPoint;
  doctor: Doctor;
}
