// What a message transport is: whole text messages in both directions, in order, until it closes once.
import type { Disposer } from "../kit/clock.ts";

export interface CloseInfo {
  /** Short reason for logs, already free of secrets; e.g. "socket closed 1006", "exit 1". */
  reason: string;
  /** Set when the other side sent something that cannot be read, or our own side gave up. */
  error?: Error;
}

/** Messages that arrive before the first `onMessage` are kept and handed over then. */
export interface Transport {
  send(text: string): void;
  onMessage(listener: (text: string) => void): Disposer;
  /** Called exactly once; at once when already closed. */
  onClose(listener: (info: CloseInfo) => void): Disposer;
  close(): Promise<void>;
}
