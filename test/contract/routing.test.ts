// Many threads at once on one connection to the real Codex: not one event reaches another thread's inbox.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { OurTurn } from "../rigs/our-turn.ts";
import { TestPlace, type TransportName } from "../rigs/place.ts";

/** Attached differs from private only in who started the server. */
const transports: TransportName[] = ["stdio", "private"];
let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel();
});
afterAll(() => model.close());

const threadCount = 50;

test.each(transports)(
  "50 interleaved threads over %s: each hears its own words, whole and in order, and no other's [SHOW-1f]",
  async (transport) => {
    const place = await TestPlace.open(model, transport);
    try {
      const allHeld = Promise.withResolvers<void>();
      const waiting = new Set<string>();
      const dispose = model.onRequest(({ conversation, step }) => {
        if (step.hold === transport) waiting.add(conversation);
        if (waiting.size === threadCount) allHeld.resolve();
      });
      const turns = await Promise.all(
        Array.from({ length: threadCount }, async (_, number) => {
          const words = Array.from({ length: 20 }, (_, at) => `<${number}.${at}>`).join("");
          const hold = await place.startThread();
          const turn = await OurTurn.start(hold, place.clock, [
            { items: [{ say: words, phase: "final_answer", deltas: 20 }], hold: transport, after: 7 },
          ]);
          return { turn, words, others: new RegExp(`<(?!${number}\\.)\\d+\\.`) };
        }),
      );
      await allHeld.promise;
      model.release(transport);
      for (const { turn, words, others } of turns) {
        expect(await turn.outcome).toMatchObject({ status: "answered", text: words });
        expect(
          turn
            .all("text-delta")
            .map((event) => event.text)
            .join(""),
        ).toBe(words);
        expect(turn.events.map((event) => event.seq)).toEqual(turn.events.map((_, at) => at + 1));
        expect(JSON.stringify(turn.events)).not.toMatch(others);
        expect(new Set(turn.events.map((event) => event.turnId))).toEqual(new Set([turn.id]));
      }
      dispose();
    } finally {
      await place.close();
    }
  },
);
