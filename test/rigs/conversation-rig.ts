// The room conversations/ wired as in app.ts, on a fake app-server, a fake clock and a store of its own.
// What would be said to people is kept as data.
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { ServerMode } from "../../src/codex/place-servers.ts";
import { Binder } from "../../src/conversations/binder.ts";
import type { PlaceExec } from "../../src/conversations/exec-turn.ts";
import type { LifePoint, NotTaken, OutgoingPart } from "../../src/conversations/host-sender.ts";
import { Outbox } from "../../src/conversations/outbox.ts";
import { type Place, Places } from "../../src/conversations/place.ts";
import { Prompts } from "../../src/conversations/prompts.ts";
import { Questions } from "../../src/conversations/questions.ts";
import { recoverMessages } from "../../src/conversations/recovery.ts";
import { Runner } from "../../src/conversations/runner.ts";
import { ThreadOpener } from "../../src/conversations/thread-opener.ts";
import type { Notice } from "../../src/conversations/voice.ts";
import type { Block } from "../../src/kit/blocks.ts";
import { silentLog } from "../../src/kit/log.ts";
import { Redactor } from "../../src/kit/redactor.ts";
import { Lanes } from "../../src/lanes/lanes.ts";
import { SessionFiles } from "../../src/sessions/session-files.ts";
import type { NewBinding } from "../../src/store/bindings.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Binding, Message } from "../../src/store/rows.ts";
import type { FakeAppServer } from "./fake-app-server.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakePlace } from "./fake-place.ts";
import { pass, settle } from "./settle.ts";

export interface RigOptions {
  /** State of an earlier process. */
  directory?: string;
  clock?: FakeClock;
  server?: FakeAppServer;
  mode?: ServerMode;
  quietMs?: number;
  limitMs?: number;
  /** Turns of the place run by this. */
  exec?: PlaceExec;
  /** The place is a node. */
  isNode?: true;
  carryFile?: Place["carryFile"];
  onPoint?: (point: LifePoint) => void;
  /** Told of every reply that the host takes, with the message it answers. */
  onReply?: (reply: { messageId: number | undefined; maybeRepeated: boolean }) => void;
}

/** What was said, with an error as its code. */
export type Said = { kind: OutgoingPart["kind"]; conversation: string } & Record<string, unknown>;

export type ConversationRig = Awaited<ReturnType<typeof openRig>>;

/** A private directory that goes when the test has finished. */
export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "rig-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function openRig(options: RigOptions = {}) {
  const { directory = makeFolder(), clock = new FakeClock(), mode = "socket", onPoint = () => {} } = options;
  const place = new FakePlace({ clock, mode, ...(options.server ? { own: options.server } : {}) });
  const server = place.own;
  server.nowSeconds = () => clock.now() / 1000;
  const store = openStore({ directory, clock });
  const said: Said[] = [];
  const parts: OutgoingPart[] = [];
  /** What was handed over, taken or not. */
  const tries: OutgoingPart[] = [];
  const host = {
    ...{ served: true, personThere: true, fail: 0 },
    waitFor: undefined as Promise<void> | undefined,
    /** What it never takes. */
    refuses: /(?!)/,
    /** What it says to what it does not take. */
    answer: { notTaken: "passing", reason: "not taken" } as NotTaken,
  };
  const sender = {
    serves: () => host.served,
    send: async (part: OutgoingPart) => {
      await host.waitFor;
      tries.push(part);
      const data = readData(part.blocks);
      if (host.refuses.test(data)) return host.answer;
      if (host.fail-- > 0) return host.answer;
      host.fail = 0;
      parts.push(part);
      const sending = store.outbox
        .pendingAtStart()
        .find((each) => each.state === "sending" && readData(each.blocks) === data);
      if (part.kind === "final")
        options.onReply?.({ messageId: sending?.messageId, maybeRepeated: part.maybeRepeated });
      said.push({ kind: part.kind, conversation: part.conversation, ...(JSON.parse(data) as object) });
      return {};
    },
  };
  const log = silentLog;
  const voice = { say: (notice: Notice) => ({ blocks: buildData(formatAsData(notice)) }) };
  const lanes = new Lanes();
  const places = new Places([
    {
      ...{ id: "here", name: "box", codexHome: "/nowhere", servers: place.servers, threads: place.threads },
      sessions: new SessionFiles("/nowhere"),
      ...(options.exec ? { exec: options.exec } : {}),
      ...(options.isNode ? { isNode: options.isNode } : {}),
      ...(options.carryFile ? { carryFile: options.carryFile } : {}),
    },
  ]);
  const outbox = new Outbox({ store, clock, sender, redactor: new Redactor(), log, onPoint, voice });
  const isPersonThere = () => host.personThere;
  const prompts = new Prompts({ store, outbox, voice, clock, log, sender });
  const questions = new Questions({ store, outbox, prompts, voice, clock, isPersonThere });
  const opener = new ThreadOpener({ store, places, lanes, clock, onPoint });
  const { quietMs = 3_600_000, limitMs } = options;
  const runner = new Runner({
    ...{ store, outbox, opener, voice, lanes, clock, log, onPoint, questions, network: false, quietMs },
    ...(limitMs === undefined ? {} : { limitMs }),
  });
  const folder = process.cwd();
  const binder = new Binder({
    ...{ store, places, questions, folder },
    defaults: { sandbox: "workspace-write", approvalPolicy: "on-request" },
    buildFolderRules: () => ({
      home: "/nowhere/home",
      codexHome: "/nowhere/c",
      stateDirectory: directory,
      base: "/",
    }),
  });
  let sent = 0;
  let closed = false;

  const rig = {
    ...{
      directory,
      clock,
      place,
      server,
      store,
      lanes,
      places,
      outbox,
      questions,
      opener,
      runner,
      binder,
      host,
    },
    said,
    parts,
    tries,
    settle,
    pass: (ms: number, stepMs?: number) => pass(clock, ms, stepMs),
    bind: (change: Partial<NewBinding> = {}): Binding =>
      store.bindings.insert({
        ...{ id: "b1", conversation: "c1", place: "here", cwd: folder, inForce: {}, owner: "ann" },
        requested: { sandbox: "workspace-write", approvalPolicy: "on-request" },
        ceiling: { sandbox: "workspace-write", approvalPolicy: "on-request" },
        ...{ drivers: [], threadSeen: false, ...change },
      }),
    /** A binding to a thread that exists on the server. */
    bindTo: (threadId: string, change: Partial<NewBinding> = {}): Binding => {
      if (!server.threads.has(threadId)) server.add(threadId);
      return rig.bind({ threadId, threadSeen: true, ...change });
    },
    /** A message of the person, written down and put into its lane. */
    send: (text: string, bindingId = "b1", files: string[] = []): Message => {
      const binding = store.bindings.findById(bindingId);
      if (!binding) throw new Error("not bound");
      sent += 1;
      const ids = { hostMessageId: `${bindingId}-${sent}-${text}`, clientId: `id of ${text}` };
      const { conversation } = binding;
      const message = store.messages.accept({
        conversation,
        bindingId,
        actor: "ann",
        text,
        images: [],
        files,
        ...ids,
      });
      if (message === "seen") throw new Error("seen");
      runner.enqueue(message, binding);
      return message;
    },
    stateOf: (message: { id: number }) => store.messages.findById(message.id)?.state,
    /** The types of what was said, in order. */
    heard: () => said.map((each) => each.type),
    finals: () => said.filter((each) => each.kind === "final"),
    questionsAsked: () => said.filter((each) => each.kind === "question"),
    /** What a new process does first. */
    recover: () => {
      outbox.start();
      recoverMessages(store, runner, () => host.served);
    },
    /** As app.ts closes. */
    close: async () => {
      if (closed) return;
      closed = true;
      await lanes.stop();
      await outbox.close();
      await places.close();
      store.close();
    },
  };
  onTestFinished(async () => {
    server.cutAll();
    const closing = rig.close();
    // A host that takes nothing is not waited for for ever.
    await pass(clock, 11_000, 11_000);
    await closing;
  });
  return rig;
}

/** Blocks that hold data, as the rig's voice says them. */
export function buildData(data: string): Block[] {
  return [{ model: data }];
}

export function readData(blocks: readonly Block[]): string {
  return blocks.map((block) => ("model" in block ? block.model : "")).join("");
}

function formatAsData(notice: Notice): string {
  const error = "error" in notice ? { error: notice.error.code } : {};
  const question = "question" in notice ? { question: notice.question.token } : {};
  return JSON.stringify({ ...notice, ...error, ...question });
}
