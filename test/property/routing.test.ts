// Many threads and turns on one connection, in any order: every event reaches the inbox of its turn, and no other.
import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { TurnInbox } from "../../src/codex/turn-inbox.ts";
import { FakeAppServer } from "../rigs/fake-app-server.ts";
import { FakeClock } from "../rigs/fake-clock.ts";
import { openFakeClient } from "../rigs/fake-place.ts";
import { settle } from "../rigs/settle.ts";

const anything = z.unknown();
const take = (picks: fc.Stream<number>) => picks.next().value as number;

interface Turn {
  threadId: string;
  turnId: string;
}

const message = (text: string) => ({ type: "agentMessage", id: text, text });

test("interleaved threads and turns never cross [SHOW-3c SHOW-1f]", async () => {
  const shape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(
      shape,
      fc.integer({ min: 1, max: 6 }),
      fc.infiniteStream(fc.nat()),
      async (threads, length, picks) => {
        const server = new FakeAppServer();
        const clock = new FakeClock();
        const client = await openFakeClient(server, clock);
        const turns = threads.flatMap((count, thread): Turn[] =>
          Array.from({ length: count }, (_, turn) => ({
            threadId: `t${thread}`,
            turnId: `t${thread}-u${turn}`,
          })),
        );
        for (const thread of threads.keys()) {
          server.add(`t${thread}`);
          await client.request("thread/resume", { threadId: `t${thread}` }, anything);
        }
        const heard = new Map<string, string[]>();
        const asked = new Map<string, unknown[]>();
        const late: (() => void)[] = [];
        for (const { threadId, turnId } of turns) {
          const inbox = new TurnInbox({ feed: client.feed(threadId), clock, clientId: turnId });
          const words: string[] = [];
          const ids: unknown[] = [];
          heard.set(turnId, words);
          asked.set(turnId, ids);
          inbox.onEvent((event) => {
            if (event.type === "message") words.push(event.text);
          });
          inbox.onRequest((request) => ids.push(request.id));
          if (take(picks) % 2) inbox.adopt(turnId);
          else late.push(() => inbox.adopt(turnId));
        }
        // What each turn tells, in its own order; the turns take turns in any order.
        const rest = turns.map(({ threadId, turnId }, at) => ({
          threadId,
          turnId,
          steps: [
            () =>
              server.notify(threadId, "item/completed", {
                turnId,
                item: { type: "userMessage", id: "m", clientId: turnId, content: [] },
              }),
            ...Array.from(
              { length },
              (_, step) => () =>
                server.notify(threadId, "item/completed", { turnId, item: message(`${turnId} ${step}`) }),
            ),
            () => server.deliver(threadId, at, "m", { turnId }),
          ],
        }));
        for (let open = rest; open.length > 0; open = open.filter(({ steps }) => steps.length > 0)) {
          open[take(picks) % open.length]?.steps.shift()?.();
          if (take(picks) % 5 === 0) late.pop()?.();
          if (take(picks) % 4 === 0) await Promise.resolve();
        }
        for (const adopt of late) adopt();
        await settle();
        for (const [at, { turnId }] of turns.entries()) {
          expect(heard.get(turnId)).toEqual(Array.from({ length }, (_, step) => `${turnId} ${step}`));
          expect(asked.get(turnId)).toEqual([at]);
        }
        await client.close();
      },
    ),
    { numRuns: 60 },
  );
});
