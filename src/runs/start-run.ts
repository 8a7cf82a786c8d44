// Begins a run: its thread, and its first turn until Codex has taken it. What fails leaves nothing behind.
import { nanoid } from "nanoid";
import { deleteThread, nameThread } from "../codex/load-thread.ts";
import type { ThreadHold } from "../codex/threads.ts";
import { TurnInbox } from "../codex/turn-inbox.ts";
import { startTurn, type TurnInput, type TurnRequest } from "../codex/turns.ts";
import { BridgeError, isBridgeError } from "../errors.ts";
import type { Clock } from "../kit/clock.ts";
import { findRealPlace } from "../kit/real-place.ts";
import { readThisMachine } from "../process/this-machine.ts";
import type { RunPlace } from "./run-places.ts";
import type { Run, RunStore } from "./run-store.ts";

export interface BeginOptions {
  store: RunStore;
  place: RunPlace;
  clock: Clock;
}

/**
 * Resolves when the first turn of the run is accepted; what it is in is named as the run. False when somebody else has
 * begun the run meanwhile: nothing was sent then. Throws setup, process, thread and wire errors; the run keeps its thread
 * then only where that cannot be removed: its turn may run on a node.
 */
export async function beginRun(
  { store, place, clock }: BeginOptions,
  run: Run,
  input: TurnInput,
  signal?: AbortSignal,
): Promise<boolean> {
  const { cwd, settings, network, name } = run;
  await checkRunFolder(run);
  const { model, approvalPolicy } = settings;
  const thread = { cwd, ...(model ? { model } : {}), ...(approvalPolicy ? { approvalPolicy } : {}) };
  const hold = await place.threads.start(thread, signal);
  try {
    // Once the thread is open: a config.toml that cannot be read hides the login, and is what opening it fails of.
    await place.threads.requireLogin(place.name ? { machine: place.name } : readThisMachine(), signal);
    // Written down before anything runs, so that a turn can always be found again.
    if (!store.setThread(name, hold.threadId)) return false;
    const turnId = await startAcceptedTurn(hold, clock, { input, cwd, settings, network });
    store.setOpen(name, turnId);
    // Lists of sessions show it by this name; a thread without one works as well.
    await nameThread(hold.client, hold.threadId, name).catch(() => {});
    return true;
  } catch (error) {
    // Also where only the connection went, and the turn would run on.
    const fate = await place.servers
      .pick(signal)
      .then((client) => deleteThread(client, hold.threadId))
      .catch(() => undefined);
    const mayRun = run.host && fate !== "deleted" && isConnectionLost(error);
    if (mayRun) store.setOpen(name);
    else store.clearThread(name, hold.threadId);
    throw error;
  } finally {
    hold.release();
  }
}

/**
 * Before each turn of a run: its folder was kept by its real path. A node judges its own.
 * Throws `folder-missing`, `folder-replaced`.
 */
export async function checkRunFolder({ host, cwd: folder }: Pick<Run, "host" | "cwd">): Promise<void> {
  if (host) return;
  const { path, exists } = await findRealPlace(folder);
  if (!exists) throw new BridgeError("folder-missing", "no such folder", { folder });
  if (path !== folder)
    throw new BridgeError("folder-replaced", "a link has taken the folder's place", { folder });
}

function isConnectionLost(error: unknown): boolean {
  return isBridgeError(error, "connection-lost", "node-offline", "backend-timeout");
}

/** A turn is safe when its message has come back; until then the end of the server would swallow it. */
export async function startAcceptedTurn(
  hold: ThreadHold,
  clock: Clock,
  request: Omit<TurnRequest, "clientId">,
): Promise<string> {
  const clientId = nanoid();
  const inbox = new TurnInbox({ feed: hold.feed, clock, clientId });
  const stopListening = hold.client.onClosed(({ reason }) =>
    inbox.lose(new BridgeError("connection-lost", reason, { reason })),
  );
  try {
    // Not to be aborted: whether it has begun would be unknown.
    const turnId = await startTurn(hold, inbox, { ...request, clientId });
    const taken = await Promise.race([inbox.origin, inbox.outcome]);
    if (typeof taken === "object" && taken.status === "lost") throw taken.error;
    return turnId;
  } finally {
    stopListening();
    inbox.close();
  }
}
