import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type MessageState, mayMove, messageStates } from "../../src/store/message-states.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import type { Message } from "../../src/store/rows.ts";
import { copyAsCrashed, movableClock, newMessage } from "../unit/store/store-rig.ts";

const states = Object.keys(messageStates) as MessageState[];
const clock = movableClock();

/** A store whose process can be killed: the next one opens what was on disk at that moment. */
class MortalStore {
  readonly #root = mkdtempSync(join(tmpdir(), "store-"));
  #directory = this.#next();
  store: Store = openStore({ directory: this.#directory, clock });

  crash(): void {
    const copy = copyAsCrashed(this.#directory, this.#next());
    this.store.close();
    this.#directory = copy;
    this.store = openStore({ directory: copy, clock });
  }

  restart(): void {
    this.store.close();
    this.store = openStore({ directory: this.#directory, clock });
  }

  end(): void {
    this.store.close();
    rmSync(this.#root, { recursive: true, force: true });
  }

  #next(): string {
    return mkdtempSync(join(this.#root, "state-"));
  }
}

function withMortalStore(work: (mortal: MortalStore) => void): void {
  const mortal = new MortalStore();
  try {
    work(mortal);
  } finally {
    mortal.end();
  }
}

type Step =
  | { do: "accept"; host: number; route: number }
  | { do: "move"; pick: number; from: MessageState; to: MessageState }
  | { do: "crash" }
  | { do: "restart" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("accept" as const), host: fc.nat(4), route: fc.nat(2) }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant("move" as const),
      pick: fc.nat(),
      from: fc.constantFrom(...states),
      to: fc.constantFrom(...states),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "crash" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "restart" as const }) },
);

/** What the ledger must hold, kept beside it: message by its route. */
class Ledger {
  readonly #rows = new Map<string, Message>();

  accept(store: Store, host: number, route: number): void {
    const key = `${route}/${host}`;
    const result = store.messages.accept(
      newMessage(`h${host}`, { conversation: `c${route}`, clientId: key }),
    );
    expect(result === "seen").toBe(this.#rows.has(key));
    if (result !== "seen") this.#rows.set(key, result);
  }

  /** Half of the moves start where the message is; the others try a state that it may have left. */
  move(store: Store, pick: number, guess: MessageState, to: MessageState): void {
    const all = [...this.#rows];
    const chosen = all[pick % Math.max(all.length, 1)];
    if (chosen === undefined) return;
    const [key, row] = chosen;
    const from = pick % 2 === 0 ? row.state : guess;
    if (!mayMove(from, to)) {
      expect(() => store.messages.move(row.id, from, to)).toThrow("cannot go");
      return;
    }
    const moved = store.messages.move(row.id, from, to);
    expect(moved?.state).toBe(from === row.state ? to : undefined);
    if (moved !== undefined) this.#rows.set(key, moved);
  }

  check(store: Store): void {
    const rows = [...this.#rows.values()].toSorted((a, b) => a.id - b.id);
    for (const row of rows) expect(store.messages.findById(row.id)).toEqual(row);
    const open = rows.filter(({ state }) => messageStates[state].next.length > 0);
    expect(store.messages.open()).toEqual(open);
    for (const row of open) expect(row.text).toBe(`text of ${row.hostMessageId}`);
  }
}

test("under any moves, crashes and restarts rows survive and states follow the table [SHOW-3f]", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) =>
      withMortalStore((mortal) => {
        const ledger = new Ledger();
        for (const next of steps) {
          switch (next.do) {
            case "accept":
              ledger.accept(mortal.store, next.host, next.route);
              break;
            case "move":
              ledger.move(mortal.store, next.pick, next.from, next.to);
              break;
            case "crash":
              mortal.crash();
              ledger.check(mortal.store);
              break;
            case "restart":
              mortal.restart();
              break;
          }
        }
        ledger.check(mortal.store);
      }),
    ),
    { numRuns: 60 },
  );
});

test("redelivered in any order, with crashes between, a message is one row [CONV-13i]", () => {
  const deliveries = fc.array(fc.tuple(fc.nat(3), fc.nat(2), fc.boolean()), { maxLength: 25 });
  fc.assert(
    fc.property(deliveries, (all) =>
      withMortalStore((mortal) => {
        const ids = new Map<string, number>();
        for (const [index, [host, route, crash]] of all.entries()) {
          const conversation = `c${route}`;
          const given = newMessage(`h${host}`, { conversation, clientId: `delivery-${index}` });
          const result = mortal.store.messages.accept(given);
          const key = `${conversation}/h${host}`;
          if (result === "seen") expect(ids.has(key)).toBe(true);
          else ids.set(key, result.id);
          if (crash && index % 4 === 0) mortal.crash();
        }
        const rows = mortal.store.messages.open();
        expect(rows.map(({ id }) => id)).toEqual([...ids.values()]);
        expect(rows).toHaveLength(new Set(all.map(([host, route]) => `${host}/${route}`)).size);
      }),
    ),
    { numRuns: 40 },
  );
});

type SendStep =
  | { do: "add"; part: number; expires: boolean }
  | { do: "send" }
  | { do: "outcome"; delivered: boolean; retry: boolean }
  | { do: "wait"; ms: number }
  | { do: "expire" }
  | { do: "crash" };

const sendStep: fc.Arbitrary<SendStep> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("add" as const), part: fc.nat(20), expires: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.constant({ do: "send" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("outcome" as const),
      delivered: fc.boolean(),
      retry: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant({ do: "expire" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "crash" as const }) },
);

/** The dispatcher of a test, which remembers what it was handed and in which order parts were written. */
class Dispatcher {
  readonly #written = new Map<string, string[]>();
  readonly #over = new Set<string>();
  readonly #inFlight = new Map<string, { id: number; key: string }>();

  add(store: Store, part: number, expires: boolean): void {
    const conversation = `c${part % 3}`;
    const key = `k${part}`;
    const keys = this.#written.get(conversation) ?? [];
    const given = { key, conversation, kind: "final" as const, blocks: [{ model: key }] };
    const added = store.outbox.add(expires ? { ...given, expiresAt: clock.time + 15 } : given);
    expect(added).toBe(!keys.includes(key));
    if (added) this.#written.set(conversation, [...keys, key]);
  }

  send(store: Store): void {
    for (const { id, key, conversation } of store.outbox.due(clock.time)) {
      expect(this.#over.has(key)).toBe(false);
      expect(this.#inFlight.has(conversation)).toBe(false);
      const before =
        this.#written.get(conversation)?.slice(0, this.#written.get(conversation)?.indexOf(key)) ?? [];
      const waiting = new Set(store.outbox.pendingAtStart().map((part) => part.key));
      for (const earlier of before)
        expect(waiting.has(earlier) && !this.#expired(store, earlier)).toBe(false);
      expect(store.outbox.markSending(id)).toBe(true);
      this.#inFlight.set(conversation, { id, key });
    }
  }

  outcome(store: Store, delivered: boolean, retry: boolean): void {
    for (const [conversation, { id, key }] of this.#inFlight) {
      if (delivered) store.outbox.markDelivered(id);
      else store.outbox.markFailed(id, retry ? clock.time + 10 : undefined);
      if (delivered || !retry) this.#over.add(key);
      this.#inFlight.delete(conversation);
    }
  }

  /** After a crash the parts in flight are found again, no more and no fewer. */
  recover(store: Store): void {
    const cutOff = store.outbox.pendingAtStart().filter(({ state }) => state === "sending");
    const flying = [...this.#inFlight.values()].map(({ id }) => id);
    expect(cutOff.map(({ id }) => id)).toEqual(flying.toSorted((a, b) => a - b));
  }

  #expired(store: Store, key: string): boolean {
    const part = store.outbox.pendingAtStart().find((open) => open.key === key);
    return part?.state === "pending" && part.expiresAt !== undefined && part.expiresAt <= clock.time;
  }
}

test("the outbox never hands out a part out of order, twice at once, or again after its end", () => {
  fc.assert(
    fc.property(fc.array(sendStep, { maxLength: 60 }), (steps) =>
      withMortalStore((mortal) => {
        const dispatcher = new Dispatcher();
        for (const next of steps) {
          switch (next.do) {
            case "add":
              dispatcher.add(mortal.store, next.part, next.expires);
              break;
            case "send":
              dispatcher.send(mortal.store);
              break;
            case "outcome":
              dispatcher.outcome(mortal.store, next.delivered, next.retry);
              break;
            case "wait":
              clock.time += next.ms;
              break;
            case "expire":
              mortal.store.outbox.expire(clock.time);
              break;
            case "crash":
              mortal.crash();
              dispatcher.recover(mortal.store);
              break;
          }
        }
      }),
    ),
    { numRuns: 60 },
  );
});
