// What the chat room needs of the other rooms, as narrow as it needs it.
import type { PlaceServers } from "../codex/place-servers.ts";
import type { Threads } from "../codex/threads.ts";
import type { Settings } from "../config/settings.ts";
import type { Binder } from "../conversations/binder.ts";
import type { FolderPlace } from "../conversations/folder.ts";
import type { OnPoint } from "../conversations/host-sender.ts";
import type { Outbox } from "../conversations/outbox.ts";
import type { PendingBindings } from "../conversations/pending-bindings.ts";
import type { Prompts } from "../conversations/prompts.ts";
import type { Questions } from "../conversations/questions.ts";
import type { Roles } from "../conversations/roles.ts";
import type { Runner } from "../conversations/runner.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Redactor } from "../kit/redactor.ts";
import type { GatewayNodes } from "../nodes/gateway-nodes.ts";
import type { SessionFiles } from "../sessions/session-files.ts";
import type { Store } from "../store/open-store.ts";
import type { Doctor } from "./doctor.ts";
import type { RefusedPeople } from "./refused-people.ts";
import type { RunDesk } from "./run-desk.ts";

export interface ChatPlace extends FolderPlace {
  id: string;
  /** What people call it: the machine's name. */
  name: string;
  threads: Pick<Threads, "list" | "read" | "listModels" | "findFeed">;
  servers: Pick<PlaceServers, "status" | "isRunning">;
  sessions: Pick<SessionFiles, "read" | "readLastWords">;
  /** Where turns run by `codex exec`. */
  exec?: { policy: { models: Readonly<Record<string, string>> } };
  /** Another machine, reached over the host's network. */
  isNode?: true;
  /** Where our private server listens, if there is one. */
  findSocket?(): string | undefined;
}

/** The host's other machines. */
export interface ChatNodes extends Pick<GatewayNodes, "list" | "allowed"> {
  /** See `GatewayNodes.find`. */
  find(asked: string, command: string): Promise<ChatPlace>;
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
  store: Pick<
    Store,
    | "addresses"
    | "audit"
    | "bindings"
    | "buttons"
    | "flush"
    | "lists"
    | "lockdown"
    | "messages"
    | "outbox"
    | "questions"
    | "transaction"
  >;
  outbox: Pick<Outbox, "post" | "kick" | "whenTried">;
  refused: RefusedPeople;
  places: ChatPlaces;
  roles: Pick<Roles, "review" | "allow" | "disallow" | "list" | "admit" | "decide">;
  binder: Pick<Binder, "find" | "prepareNew" | "prepareThread" | "bind" | "detach" | "setSettings">;
  pendingBindings: Pick<PendingBindings, "add" | "approve" | "drop">;
  runner: ChatRunner;
  questions: Pick<Questions, "open" | "get" | "asked" | "choose" | "fill" | "closeConfirm" | "putAgain">;
  prompts: Pick<Prompts, "wasSeen" | "showsDecision">;
  redactor: Pick<Redactor, "redact">;
  settings: Pick<Settings, "groupMessages" | "maxQueued">;
  clock: Clock;
  log: Log;
  onPoint: OnPoint;
  doctor: Doctor;
  /** Absent where the host has no other machines. */
  nodes?: ChatNodes;
  /** Absent where runs cannot be kept. */
  runDesk?: RunDesk;
}
