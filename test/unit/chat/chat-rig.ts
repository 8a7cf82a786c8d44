// The chat room over a real store, real questions, and hand-written fakes of what would talk to Codex.

import { onTestFinished } from "vitest";
import type { CarriedMessage, ChatPlace, ChatServices } from "../../../src/chat/chat-services.ts";
import type { Check } from "../../../src/chat/doctor.ts";
import { Chat, type InboundMessage } from "../../../src/chat/inbound.ts";
import type { Click } from "../../../src/chat/inbound-message.ts";
import { RefusedPeople } from "../../../src/chat/refused-people.ts";
import { buildVoice } from "../../../src/chat/words/voice.ts";
import { buildFieldsAnswer } from "../../../src/codex/question-fields.ts";
import type { Asked } from "../../../src/codex/questions.ts";
import type { ThreadInfo } from "../../../src/codex/schemas.ts";
import type { ThreadFeed } from "../../../src/codex/thread-feed.ts";
import type { BindRequest, NewBindingRequest, PrepareResult } from "../../../src/conversations/binder.ts";
import type { Decision } from "../../../src/conversations/fate-decision.ts";
import type { ChatKind } from "../../../src/conversations/may.ts";
import { Outbox } from "../../../src/conversations/outbox.ts";
import { PendingBindings } from "../../../src/conversations/pending-bindings.ts";
import { Prompts } from "../../../src/conversations/prompts.ts";
import { Questions } from "../../../src/conversations/questions.ts";
import type { Runner } from "../../../src/conversations/runner.ts";
import { BridgeError, type ErrorCode } from "../../../src/errors.ts";
import { renderText } from "../../../src/hosts/terminal/render.ts";
import { silentLog } from "../../../src/kit/log.ts";
import { Redactor } from "../../../src/kit/redactor.ts";
import { SessionFiles } from "../../../src/sessions/session-files.ts";
import type { NewBinding } from "../../../src/store/bindings.ts";
import { openStore } from "../../../src/store/open-store.ts";
import type { Binding, Message, TurnSettings } from "../../../src/store/rows.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { newBinding, newDriver, newQuestion, privateDirectory } from "../store/store-rig.ts";
import { commandAsked, driver, here, owner, route, thread } from "./chat-fixtures.ts";
import { buildRoles } from "./roles-rig.ts";

export function openChat(settings: Partial<ChatServices["settings"]> = {}) {
  const clock = new FakeClock();
  const codexHome = privateDirectory();
  const store = openStore({ directory: privateDirectory(), clock });
  onTestFinished(() => store.close());
  const calls: unknown[][] = [];
  const points: string[] = [];
  const sessions: ThreadInfo[] = [];
  const archived: ThreadInfo[] = [];
  const askedOf = new Map<string, Asked>();
  const now = {
    active: undefined as CarriedMessage | undefined,
    decision: undefined as Decision["type"] | undefined,
    steerError: undefined as ErrorCode | undefined,
    bindResult: undefined as Extract<PrepareResult, { status: "confirm" }> | undefined,
    feed: undefined as ThreadFeed | undefined,
    serverRuns: true,
    owners: [owner.id, "amy"],
    listError: undefined as ErrorCode | undefined,
    connected: undefined as "attached" | "private" | "stdio" | undefined,
    checks: [] as Check[],
    models: [
      {
        model: "gpt-big",
        isDefault: true,
        supportedReasoningEfforts: [{ reasoningEffort: "low" }, { reasoningEffort: "high" }],
      },
      { model: "gpt-small", supportedReasoningEfforts: [{ reasoningEffort: "low" }] },
    ],
  };

  const listPage = (query: { cwd?: string; cursor?: string; archived?: boolean; limit?: number }) => {
    calls.push(["list", query]);
    if (now.listError) throw new BridgeError(now.listError, "no list");
    const all = (query.archived ? archived : sessions).filter((each) => !query.cwd || each.cwd === query.cwd);
    const start = Number(query.cursor ?? 0);
    const end = start + (query.limit ?? 50);
    return { data: all.slice(start, end), nextCursor: end < all.length ? String(end) : null };
  };
  const place: ChatPlace = {
    id: "here",
    name: "box",
    sessions: new SessionFiles(codexHome),
    findSocket: () => "/run/s",
    threads: {
      list: async (query) => listPage(query),
      read: async (id) => thread(id, { name: "the shop" }),
      listModels: async () => now.models,
      findFeed: () => now.feed,
    },
    servers: {
      isRunning: async () => now.serverRuns,
      status: () => ({
        mode: "auto",
        ...(now.connected ? { connected: { kind: now.connected, version: "0.169.0", instance: "i1" } } : {}),
      }),
    },
  };
  const findPlace = (name: string | undefined) => {
    if (name !== undefined && name !== "here" && name !== "box")
      throw new BridgeError("node-unknown", "no", { host: name });
    return place;
  };

  const bind = (change: Partial<NewBinding> = {}): Binding => {
    const old = store.bindings.findByConversation(here);
    if (old) store.bindings.remove(old.id);
    return store.bindings.insert(
      newBinding({ conversation: here, owner: owner.id, drivers: [newDriver(driver.id)], ...change }),
    );
  };
  const binder: ChatServices["binder"] = {
    find: (conversation) => store.bindings.findByConversation(conversation),
    prepareNew: async (request: NewBindingRequest) => {
      calls.push(["prepareNew", request]);
      return newBinding({
        conversation: here,
        owner: owner.id,
        drivers: [newDriver(driver.id)],
        cwd: request.folder ?? "/default",
        requested: { sandbox: "workspace-write", ...(request.model ? { model: request.model } : {}) },
      });
    },
    bind: (draft) => bind(draft),
    prepareThread: async (request: BindRequest) => {
      calls.push(["prepareThread", request]);
      const { bindResult } = now;
      if (bindResult && request.agreed?.[bindResult.why] !== true) {
        const action = {
          type: "bind",
          threadId: request.threadId,
          place: request.place,
          agreed: { [bindResult.why]: true },
        } as const;
        return { ...bindResult, token: questions.confirm(here, request.actor, "here", action) };
      }
      const draft = newBinding({
        conversation: here,
        owner: owner.id,
        drivers: [newDriver(driver.id)],
        threadId: request.threadId,
        requested: {},
        inForce: { model: "gpt-big", sandbox: "read-only" },
      });
      const recap = {
        threadId: request.threadId,
        name: "the shop",
        cwd: "/work",
        lastUser: "fix it",
        lastReply: "it is fixed",
        updatedAt: clock.now() - 3 * 3_600_000,
        running: false,
      };
      return { status: "ready", draft, recap };
    },
    detach: async (conversation) => {
      const binding = store.bindings.findByConversation(conversation);
      if (binding) store.bindings.remove(binding.id);
      return binding;
    },
    setSettings: (binding, change: Partial<TurnSettings>) => {
      calls.push(["setSettings", change]);
      return store.bindings.update(binding.id, { requested: { ...binding.requested, ...change } }) ?? binding;
    },
  };
  const waiting = (bindingId: string) =>
    store.messages.openOfBinding(bindingId).filter(({ state }) => state === "accepted" || state === "held");
  const runner: ChatServices["runner"] & Pick<Runner, "dropOf"> = {
    enqueue: (message: Message) => {
      calls.push(["enqueue", message.text]);
      return 0;
    },
    findActive: () => now.active,
    stop: async () => {
      if (!now.active) throw new BridgeError("no-turn-running", "nothing");
      calls.push(["stop"]);
    },
    steer: async (_id, text) => {
      if (now.steerError) throw new BridgeError(now.steerError, "no");
      calls.push(["steer", text]);
    },
    decide: (question, again, by) => {
      const { payload } = question;
      if (!questions.closeConfirm(question, again, by)) throw new BridgeError("question-closed", "late");
      calls.push(["decide", payload.messageId, again]);
      return now.decision ?? (again ? "sending" : "dropped");
    },
    dropWaiting: (bindingId, position) => {
      const chosen =
        position === undefined ? waiting(bindingId) : waiting(bindingId).slice(position - 1, position);
      for (const message of chosen) store.messages.move(message.id, message.state, "dropped");
      return chosen.length;
    },
    dropOf: (bindingId, actor) => {
      const theirs = waiting(bindingId).filter((message) => message.actor === actor);
      for (const { id, state } of theirs) store.messages.move(id, state, "dropped");
      return theirs;
    },
    waiting,
  };

  const redactor = new Redactor({ values: ["hunter2hunter2"] });
  const sender = { serves: () => false, send: async () => ({}) };
  const voice = buildVoice();
  const outbox = new Outbox({ store, clock, sender, redactor, log: silentLog, onPoint: () => {}, voice });
  const prompts = new Prompts({ store, outbox, voice, clock, log: silentLog, sender });
  const questions = new Questions({ store, outbox, prompts, voice, clock, isPersonThere: () => true });
  const getAsked = (token: string): Asked => {
    const asked = askedOf.get(token);
    if (!asked) throw new BridgeError("connection-lost", "away");
    return asked;
  };
  const close = (token: string, answer: unknown, by: string) => {
    if (!store.questions.close(token, "answered", answer, by))
      throw new BridgeError("question-closed", "late", { token });
    calls.push(["answer", token, answer]);
  };
  const chatQuestions: ChatServices["questions"] = {
    open: (conversation) => questions.open(conversation),
    putAgain: ({ token }) => void calls.push(["putAgain", token]),
    get: (conversation, token) => questions.get(conversation, token),
    closeConfirm: (question, yes, by) => questions.closeConfirm(question, yes, by),
    asked: (question) => (question.kind === "confirm" ? undefined : getAsked(question.token)),
    choose: ({ token }, name, by) => {
      const chosen = getAsked(token).choices.find((each) => each.name === name);
      if (!chosen) throw new BridgeError("choice-not-offered", "no", { choice: name, offered: "", token });
      close(token, chosen.answer, by);
    },
    fill: ({ token }, words, by) => {
      const { kind, fields } = getAsked(token);
      close(token, buildFieldsAnswer(kind === "user-input" ? kind : "elicitation", fields, words), by);
    },
  };

  const roles = buildRoles({ store, runner, outbox, questions, place, clock, calls, now });
  const services: ChatServices = {
    store,
    roles,
    places: { local: place, get: () => place, getByName: findPlace },
    binder,
    pendingBindings: new PendingBindings({ store, binder, outbox, voice: buildVoice(), clock }),
    runner,
    questions: chatQuestions,
    prompts,
    redactor,
    outbox,
    refused: new RefusedPeople(),
    settings: { maxQueued: 20, groupMessages: "mentioned", ...settings },
    clock,
    log: silentLog,
    onPoint: (point) => points.push(point),
    doctor: async () => now.checks,
  };
  const chat = new Chat(services);
  let count = 0;
  const nextId = () => {
    count += 1;
    return String(count);
  };
  const receive = (text: string, change: Partial<InboundMessage> = {}) =>
    chat.receive({
      route,
      messageId: `m${nextId()}`,
      actor: owner,
      chatKind: "direct" satisfies ChatKind,
      text,
      ...change,
    });
  /** A click of the owner, unless said otherwise. */
  const click = (token: string | undefined, change: Partial<Click> = {}) =>
    chat.click({
      ...{ token: token ?? "", messageId: `m${nextId()}`, actor: owner, hasButtons: true },
      chatKind: "direct" satisfies ChatKind,
      ...change,
    });
  /** The reply to what the owner, or somebody else in a group, types. */
  const say = async (text: string, actor = owner) => {
    const { reply } = await receive(text, { actor, chatKind: actor.isOwner ? "direct" : "group" });
    return reply && renderText([...reply.blocks, ...(reply.typed ?? [])]);
  };
  /** An open question of Codex. */
  const ask = (asked: Asked = commandAsked, asker = owner.id) => {
    const payload = { params: { command: "npm test" }, item: null, folder: "/work", host: "box" };
    const { token } = store.questions.open(
      newQuestion({ conversation: here, asker, kind: asked.kind, payload, requestId: nextId() }),
    );
    askedOf.set(token, asked);
    return token;
  };
  const called = (name: string) => calls.filter(([first]) => first === name).map(([, ...rest]) => rest);
  return {
    clock,
    codexHome,
    store,
    services,
    questions,
    chat,
    receive,
    click,
    say,
    ask,
    bind,
    now,
    calls,
    called,
    points,
    sessions,
    archived,
  };
}
