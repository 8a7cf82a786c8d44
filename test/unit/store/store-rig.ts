// A private directory, a clock that the test moves, and rows to start from.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { BridgeError } from "../../../src/errors.ts";
import type { Clock } from "../../../src/kit/clock.ts";
import type { NewBinding } from "../../../src/store/bindings.ts";
import type { NewMessage } from "../../../src/store/messages.ts";
import { openStore, type Store } from "../../../src/store/open-store.ts";
import type { NewQuestion } from "../../../src/store/questions.ts";
import type { Driver, Message } from "../../../src/store/rows.ts";

export interface MovableClock extends Clock {
  time: number;
}

export function movableClock(time = 1_000_000): MovableClock {
  return {
    time,
    now() {
      return this.time;
    },
    after: () => () => {},
  };
}

/** Mode 0700, gone when the test has finished. */
export function privateDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "store-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export function openTestStore(directory = privateDirectory(), clock = movableClock()): Store {
  const store = openStore({ directory, clock });
  onTestFinished(() => store.close());
  return store;
}

export const fileOf = (directory: string) => join(directory, "threads.sqlite");

/** What a kill -9 at this moment leaves on disk, in a directory of its own. */
export function copyAsCrashed(directory: string, to: string): string {
  for (const end of ["", "-wal"]) {
    const file = fileOf(directory) + end;
    if (existsSync(file)) copyFileSync(file, fileOf(to) + end);
  }
  return to;
}

export function newDriver(id: string, change: Partial<Driver> = {}): Driver {
  return { id, seenAt: 0, until: Date.UTC(2100, 0, 1), turnsPerDay: 50, dayAt: 0, turns: 0, ...change };
}

export function newBinding(change: Partial<NewBinding> = {}): NewBinding {
  return {
    id: "b1",
    conversation: "terminal:main",
    place: "here",
    cwd: "/work",
    requested: { model: "m", sandbox: "workspace-write" },
    inForce: {},
    ceiling: { sandbox: "workspace-write", approvalPolicy: "on-request" },
    owner: "ann",
    drivers: [newDriver("bob")],
    threadSeen: false,
    ...change,
  };
}

export function newMessage(hostMessageId: string, change: Partial<NewMessage> = {}): NewMessage {
  return {
    conversation: "terminal:main",
    hostMessageId,
    bindingId: "b1",
    actor: "ann",
    text: `text of ${hostMessageId}`,
    images: ["/tmp/a.png"],
    clientId: `client-${change.conversation ?? ""}-${hostMessageId}`,
    ...change,
  };
}

export function accept(store: Store, message: NewMessage): Message {
  const accepted = store.messages.accept(message);
  if (accepted === "seen") throw new Error("seen already");
  return accepted;
}

export function newQuestion(change: Partial<NewQuestion> = {}): NewQuestion {
  return {
    kind: "command",
    conversation: "terminal:main",
    asker: "ann",
    place: "here",
    serverInstance: "s1",
    requestId: "0",
    threadId: "t1",
    turnId: "u1",
    payload: { command: "ls" },
    ...change,
  };
}

/** The BridgeError that `work` must throw. */
export function errorOf(work: () => unknown): BridgeError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof BridgeError) return thrown;
    throw thrown;
  }
  throw new Error("nothing was thrown");
}
