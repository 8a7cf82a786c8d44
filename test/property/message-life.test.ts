// A message's life under any order of crashes: of our process at any named point, of the server, of the connection.
import fc from "fast-check";
import { expect, test } from "vitest";
import { BridgeError } from "../../src/errors.ts";
import { type ConversationRig, makeFolder, openRig, type RigOptions } from "../rigs/conversation-rig.ts";
import { copyAsCrashed } from "../unit/store/store-rig.ts";

type Step =
  | { type: "send" | "reply" | "cut" | "wait" | "join" }
  /** The server dies; `forgets`: before it wrote down the newest turn. */
  | { type: "die"; forgets: boolean }
  /** The connection breaks at the next turn/start; `done`: the server had it. */
  | { type: "break"; done: boolean }
  /** Our process dies when it passes so many more points. */
  | { type: "crash"; after: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Step>({ type: "send" }) },
  { weight: 4, arbitrary: fc.constant<Step>({ type: "reply" }) },
  { weight: 3, arbitrary: fc.constantFrom<Step>({ type: "cut" }, { type: "wait" }, { type: "join" }) },
  { weight: 2, arbitrary: fc.boolean().map((forgets): Step => ({ type: "die", forgets })) },
  { weight: 2, arbitrary: fc.boolean().map((done): Step => ({ type: "break", done })) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 12 }).map((after): Step => ({ type: "crash", after })) },
);

/** One machine: the server lives on while our process dies and starts again. */
class Machine {
  rig: ConversationRig;
  readonly sent: { id: number; text: string }[] = [];
  /** Every reply that was handed to the host, by message text; and how often without the mark. */
  readonly shown: string[] = [];
  #pointsLeft = Number.POSITIVE_INFINITY;
  #crashed: string | undefined;

  constructor() {
    this.rig = this.#open({});
    this.rig.bindTo("t1");
    this.rig.server.join("t1", "before", "somebody");
    this.rig.server.reply("before");
  }

  get server() {
    return this.rig.server;
  }

  async do(next: Step): Promise<void> {
    switch (next.type) {
      case "send": {
        const text = `m${this.sent.length}`;
        this.sent.push({ id: this.rig.send(text).id, text });
        break;
      }
      case "reply":
        if (this.server.countRunning() > 0) this.server.reply(`done ${this.server.get("t1").turns.length}`);
        break;
      case "join":
        this.server.join("t1", "theirs", "somebody");
        break;
      case "cut":
        this.server.cutAll();
        break;
      case "die":
        if (next.forgets && this.server.countRunning() > 0) this.server.get("t1").turns.pop();
        this.server.die();
        break;
      case "break":
        this.server.cutAt("turn/start", next.done);
        break;
      case "crash":
        this.#pointsLeft = next.after;
        break;
      case "wait":
        await this.rig.pass(4_000, 2_000);
        break;
    }
    await this.rig.pass(600, 300);
    this.#restart();
  }

  /** No more trouble: everything that can end, ends. */
  async finish(): Promise<void> {
    this.#pointsLeft = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 40 && this.open().length > 0; round += 1) {
      await this.do({ type: "reply" });
      await this.rig.pass(30_000, 10_000);
    }
  }

  open() {
    const over = ["delivered", "unknown", "interrupted"];
    return this.sent.filter((message) => !over.includes(this.rig.stateOf(message) ?? "lost"));
  }

  #open(options: RigOptions): ConversationRig {
    return openRig({
      ...options,
      onPoint: () => this.#point(),
      onReply: ({ messageId, maybeRepeated }) => {
        if (this.#crashed === undefined) this.shown.push(`${messageId}${maybeRepeated ? " again" : ""}`);
      },
    });
  }

  #point(): void {
    this.#pointsLeft -= 1;
    if (this.#pointsLeft >= 0 || this.#crashed !== undefined) return;
    this.#crashed = copyAsCrashed(this.rig.directory, makeFolder());
    this.rig.place.refusal = new BridgeError("server-exited", "this process is dead");
    this.server.cutAll();
  }

  #restart(): void {
    const directory = this.#crashed;
    if (directory === undefined) return;
    const { clock, server } = this.rig;
    this.rig.close().catch(() => {});
    this.#crashed = undefined;
    this.#pointsLeft = Number.POSITIVE_INFINITY;
    this.rig = this.#open({ directory, clock, server });
    this.rig.recover();
  }
}

test("nothing is lost, nothing runs twice, and what nobody can know is asked [SHOW-3f CONV-13g CONV-13h]", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 20 }), async (steps) => {
      const machine = new Machine();
      for (const next of steps) await machine.do(next);
      await machine.finish();
      expect(machine.open().map((message) => [message.text, machine.rig.stateOf(message)])).toEqual([]);
      const runs = machine.server.get("t1").turns.flatMap((turn) => turn.items.map((item) => item.clientId));
      for (const message of machine.sent) {
        expect(runs.filter((clientId) => clientId === `id of ${message.text}`).length).toBeLessThanOrEqual(1);
        const state = machine.rig.stateOf(message);
        const asked = machine.rig.questions
          .open("c1")
          .filter((question) => question.payload.messageId === message.id);
        expect([message.text, asked.length]).toEqual([message.text, state === "delivered" ? 0 : 1]);
        const unmarked = machine.shown.filter((each) => each === String(message.id));
        expect(unmarked.length).toBeLessThanOrEqual(1);
        if (state === "delivered")
          expect(machine.shown.some((each) => Number.parseInt(each, 10) === message.id)).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
});
