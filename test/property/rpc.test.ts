import fc from "fast-check";
import { expect, test } from "vitest";
import { LineSplitter } from "../../src/rpc/line-splitter.ts";
import { RpcPeer } from "../../src/rpc/rpc-peer.ts";
import { FakeClock } from "../rigs/fake-clock.ts";
import { createMemoryPair } from "../rigs/memory-transport.ts";

const trickyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom("\n", "\r", "\u2028", "\u2029", "\u0085", '"', "\\", "é", "👍", "\0"),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
  ),
});

test("the splitter gives back exactly the messages, whatever the chunks [SRV-4c SHOW-3a]", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ text: trickyText, crlf: fc.boolean(), blank: fc.boolean() })),
      fc.infiniteStream(fc.integer({ min: 1, max: 20 })),
      (messages, sizes) => {
        const lines = messages.map(({ text }) => JSON.stringify(text));
        const stream = messages.map(
          ({ crlf, blank }, index) => `${lines[index]}${crlf ? "\r" : ""}\n${blank ? "\r\n" : ""}`,
        );
        const bytes = Buffer.from(stream.join(""));
        const splitter = new LineSplitter();
        const seen: string[] = [];
        for (let at = 0; at < bytes.length; ) {
          const size = sizes.next().value ?? 1;
          seen.push(...splitter.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(seen).toEqual(lines);
        expect(splitter.end()).toBeUndefined();
      },
    ),
  );
});

type Fate = "answer" | "error" | "overload" | "silence" | "abort";

test("under any order of answers each request gets its own, within its window, and nothing is left [SRV-5a SRV-5b]", async () => {
  const fates = fc.array(fc.constantFrom<Fate>("answer", "error", "overload", "silence", "abort"), {
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(
      fates,
      fc.integer({ min: 1, max: 8 }),
      fc.scheduler(),
      async (plan, maxInFlight, scheduler) => {
        const [ours, server] = createMemoryPair();
        const clock = new FakeClock();
        const peer = new RpcPeer({ transport: ours, clock, maxInFlight, random: () => 0 });
        const open = new Set<number>();
        const refused = new Set<number>();
        let most = 0;
        const controllers = plan.map(() => new AbortController());
        server.onMessage((text) => {
          const { id, params } = JSON.parse(text) as { id: number; params: { n: number } };
          const { n } = params;
          open.add(n);
          most = Math.max(most, open.size);
          const fate = plan[n];
          const end = (message: object) => {
            open.delete(n);
            server.send(JSON.stringify({ id, ...message }));
          };
          void scheduler.schedule(Promise.resolve(), `${fate} ${n}`).then(() => {
            if (fate === "error") end({ error: { code: -32600, message: `error ${n}` } });
            else if (fate === "overload" && !refused.has(n)) {
              refused.add(n);
              end({ error: { code: -32001, message: "overloaded" } });
            } else if (fate === "abort") {
              open.delete(n);
              controllers[n]?.abort();
            } else if (fate !== "silence") end({ result: `result ${n}` });
          });
        });
        const results = Promise.all(
          plan.map((_, n) =>
            peer.request("m", { n }, { deadlineMs: 10_000, signal: controllers[n]?.signal }).then(
              (result) => result,
              (error: { code: unknown; message: string }) => `${error.code} ${error.message}`,
            ),
          ),
        );
        // The silent ones hold their places until their deadline; those behind them have the same deadline.
        for (let round = 0; round < plan.length * 2 + 2; round += 1) {
          await clock.advance(100);
          await scheduler.waitAll();
        }
        await clock.advance(10_000);
        const outcomes = await results;
        const timedOut = "backend-timeout m had no answer within 10000 ms";
        const own: Record<Fate, (n: number) => string> = {
          answer: (n) => `result ${n}`,
          error: (n) => `-32600 error ${n}`,
          overload: (n) => `result ${n}`,
          silence: () => timedOut,
          abort: () => "cancelled m was cancelled",
        };
        const silent = plan.filter((fate) => fate === "silence").length;
        for (const [n, fate] of plan.entries()) {
          // With every place taken by silence the rest may run out of time in the queue, but never get a wrong answer.
          const allowed = silent >= maxInFlight ? [own[fate](n), timedOut] : [own[fate](n)];
          expect(allowed).toContain(outcomes[n]);
        }
        expect(most).toBeLessThanOrEqual(maxInFlight);
        expect(clock.pending).toBe(0);
        expect(peer.counters.unknownResponses).toBe(0);
        await peer.close();
      },
    ),
    { numRuns: 60 },
  );
});
