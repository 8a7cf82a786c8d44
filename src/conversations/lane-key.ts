// The key of our queue of one thread: place + thread, or the binding until the thread is started.
import type { Binding } from "../store/rows.ts";

export function buildLaneKey(binding: Binding): string {
  return binding.threadId === undefined
    ? `binding ${binding.id}`
    : buildThreadKey(binding.place, binding.threadId);
}

export function buildThreadKey(place: string, threadId: string): string {
  return `thread ${place} ${threadId}`;
}
