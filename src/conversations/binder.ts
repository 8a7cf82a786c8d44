// Which conversation holds which thread: preparing a binding, putting it into force, letting go.
// A thread never changes hands silently: sharing one, and full rights, need the owner's yes first.
import { nanoid } from "nanoid";
import { agentMessageItem, type ThreadInfo, type TurnInfo } from "../codex/schemas.ts";
import { readUserMessage } from "../codex/turn-events.ts";
import { BridgeError } from "../errors.ts";
import { auditActors } from "../store/audit.ts";
import type { NewBinding } from "../store/bindings.ts";
import type { Store } from "../store/open-store.ts";
import type { Binding, Ceiling, InForce, TurnSettings } from "../store/rows.ts";
import type { Agreed } from "./confirm-action.ts";
import { checkFolderOf, checkNewFolder, type FolderRules } from "./folder.ts";
import type { Place, Places } from "./place.ts";
import type { Questions } from "./questions.ts";

export interface BinderOptions {
  store: Store;
  places: Places;
  questions: Questions;
  /** What a new thread asks for with every turn. */
  defaults: TurnSettings & Ceiling;
  /** Folder of a new thread when none is given. */
  folder?: string | undefined;
  buildFolderRules(place: Place): FolderRules;
  /** A thread that may be at work already is bound now. */
  onBound?: (binding: Binding) => void;
}

export interface Recap {
  threadId: string;
  name?: string;
  cwd: string;
  lastUser?: string;
  lastReply?: string;
  /** Milliseconds since the Unix epoch. */
  updatedAt?: number;
  running: boolean;
}

export interface NewBindingRequest {
  conversation: string;
  actor: string;
  folder?: string;
  model?: string;
  host?: string;
}

export interface BindRequest {
  conversation: string;
  actor: string;
  threadId: string;
  place: string;
  /** What the owner has said yes to. */
  agreed?: Agreed;
}

/** A binding that is not in force yet. */
export type Draft = Omit<NewBinding, "id">;

export type PrepareResult =
  | { status: "ready"; draft: Draft; recap: Recap }
  | { status: "confirm"; why: keyof Agreed; token: string; inForce: InForce; cwd: string };

/** Turns looked at for the last words of both sides. */
const recapTurns = 5;

export class Binder {
  readonly #options: BinderOptions;

  constructor(options: BinderOptions) {
    this.#options = options;
  }

  find(conversation: string): Binding | undefined {
    return this.#options.store.bindings.findByConversation(conversation);
  }

  /** For a thread that exists from its first message. Throws folder errors, `node-unknown`. */
  async prepareNew(request: NewBindingRequest): Promise<Draft> {
    const { places, defaults, buildFolderRules, folder } = this.#options;
    const place = places.getByName(request.host);
    // The default folder is one of this machine.
    const wanted = request.folder ?? (place === places.local ? folder : undefined);
    if (wanted === undefined)
      throw new BridgeError("bad-arguments", "no folder", { expected: "a folder: --cwd <folder>" });
    const cwd = place.checkFolder
      ? await place.checkFolder(wanted)
      : await checkNewFolder(wanted, buildFolderRules(place));
    const model = request.model === undefined ? {} : { model: request.model };
    const { sandbox, approvalPolicy } = defaults;
    return {
      ...newcomer(request),
      place: place.id,
      cwd,
      requested: { ...defaults, ...model },
      inForce: {},
      ceiling: { sandbox, approvalPolicy },
      threadSeen: false,
    };
  }

  /** Throws `thread-held`, `thread-gone`, `thread-archived`, `folder-missing`, setup and wire errors. */
  async prepareThread(request: BindRequest, signal?: AbortSignal): Promise<PrepareResult> {
    const { store, places, questions } = this.#options;
    const { conversation, actor, threadId, agreed = {} } = request;
    const place = places.get(request.place);
    const hold = await place.threads.hold(threadId, signal);
    try {
      const { inForce } = hold.feed;
      const cwd = await checkFolderOf(place, inForce.cwd ?? "");
      const shared = store.bindings
        .findByThread(place.id, threadId)
        .some((other) => other.conversation !== conversation);
      const why = findObjection(inForce, shared, agreed);
      if (why) {
        const action = {
          type: "bind",
          threadId,
          place: place.id,
          agreed: { ...agreed, [why]: true },
        } as const;
        return {
          status: "confirm",
          why,
          token: questions.confirm(conversation, actor, place.id, action),
          inForce,
          cwd,
        };
      }
      const recap = await readRecap(place, hold.feed.activity === "active", threadId, signal);
      const draft: Draft = {
        ...newcomer(request),
        place: place.id,
        threadId,
        cwd,
        requested: {},
        inForce,
        ceiling: buildCeiling(inForce),
        threadSeen: true,
      };
      return { status: "ready", draft, recap };
    } finally {
      hold.release();
    }
  }

  /** Puts it into force in the place of what was bound there. Throws `already-bound` while that has work to do. */
  bind(draft: Draft): Binding {
    const { store, onBound } = this.#options;
    const binding = store.transaction(() => {
      const old = this.find(draft.conversation);
      if (old) {
        this.#refuseWhileBusy(old);
        store.bindings.remove(old.id);
        this.#note("released", old, draft.owner);
      }
      store.released.remove(draft.conversation);
      const inserted = store.bindings.insert({ ...draft, id: nanoid() });
      this.#note("held", inserted, draft.owner);
      return inserted;
    });
    onBound?.(binding);
    return binding;
  }

  /** `by`: who lets it go. Undefined when nothing was bound. Throws `already-bound` while a turn runs or messages wait here. */
  async detach(conversation: string, by: string): Promise<Binding | undefined> {
    const binding = this.find(conversation);
    if (!binding) return undefined;
    this.#refuseWhileBusy(binding);
    const { store } = this.#options;
    store.transaction(() => {
      store.bindings.remove(binding.id);
      this.#note("released", binding, by);
      if (binding.hostRecord !== undefined) store.released.add(conversation, binding.hostRecord);
    });
    if (binding.threadId) await this.#options.places.get(binding.place).threads.letGo(binding.threadId);
    return binding;
  }

  /** The host has given the conversation to somebody else. */
  lose(binding: Binding): void {
    const { store } = this.#options;
    store.transaction(() => {
      if (store.bindings.remove(binding.id)) this.#note("released", binding, auditActors.host);
    });
  }

  /** For the next turns. */
  setSettings(binding: Binding, change: Partial<TurnSettings>): Binding {
    const requested = { ...binding.requested, ...change };
    return this.#options.store.bindings.update(binding.id, { requested }) ?? binding;
  }

  #note(act: "held" | "released", { conversation, place, threadId }: Binding, actor: string): void {
    const thread = threadId === undefined ? {} : { threadId };
    this.#options.store.audit.write({ act, actor, conversation, place, ...thread });
  }

  /** Messages on their way belong to the binding that took them. */
  #refuseWhileBusy(binding: Binding): void {
    const open = this.#options.store.messages
      .openOfBinding(binding.id)
      .filter(
        (message) =>
          message.state !== "settled" && message.state !== "interrupted" && message.state !== "unknown",
      );
    if (open.length > 0) {
      throw new BridgeError("already-bound", "messages are on their way", { messages: open.length });
    }
  }
}

function newcomer({ conversation, actor }: { conversation: string; actor: string }) {
  return { conversation, owner: actor, drivers: [] };
}

function findObjection(inForce: InForce, shared: boolean, agreed: Agreed): keyof Agreed | undefined {
  const unguarded = inForce.sandbox === "danger-full-access" || inForce.approvalPolicy === "never";
  if (unguarded && !agreed.unguarded) return "unguarded";
  return shared && !agreed.shared ? "shared" : undefined;
}

/** What the owner sees when binding is what they agree to; more than that is asked again. */
function buildCeiling(inForce: InForce): Ceiling {
  const full = inForce.sandbox === "danger-full-access";
  const never = inForce.approvalPolicy === "never";
  return {
    sandbox: full ? "danger-full-access" : "workspace-write",
    approvalPolicy: never ? "never" : "on-request",
  };
}

async function readRecap(
  place: Place,
  running: boolean,
  threadId: string,
  signal?: AbortSignal,
): Promise<Recap> {
  const info: ThreadInfo = await place.threads.read(threadId, signal);
  const { turns } = await place.threads.readTurns(threadId, undefined, recapTurns, signal);
  const lastUser = findLast(turns, "userMessage", (item) => readUserMessage(item).text);
  const lastReply = findLast(turns, "agentMessage", (item) => agentMessageItem.parse(item).text);
  return {
    threadId,
    cwd: info.cwd,
    running,
    ...(info.name ? { name: info.name } : {}),
    ...(info.updatedAt ? { updatedAt: info.updatedAt * 1000 } : {}),
    ...(lastUser ? { lastUser } : {}),
    ...(lastReply ? { lastReply } : {}),
  };
}

/** `turns` come newest first, their items oldest first. */
function findLast(
  turns: TurnInfo[],
  type: string,
  read: (item: TurnInfo["items"][number]) => string,
): string | undefined {
  for (const turn of turns) {
    const found = turn.items.findLast((item) => item.type === type);
    if (found) return read(found);
  }
  return undefined;
}
