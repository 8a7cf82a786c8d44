import { expect, test } from "vitest";
import { movableClock, openTestStore, privateDirectory } from "./store-rig.ts";

test("only a turn recorded as ours is ours, and its origin does not change", () => {
  const { turns } = openTestStore();
  expect(turns.record({ id: "u1", place: "here", threadId: "t", origin: "ours", conversation: "c" })).toBe(
    true,
  );
  expect(turns.record({ id: "u2", place: "here", threadId: "t", origin: "foreign" })).toBe(true);
  expect(turns.record({ id: "u2", place: "here", threadId: "t", origin: "ours" })).toBe(false);
  expect(["u1", "u2", "u3"].map((id) => turns.isOurs(id))).toEqual([true, false, false]);
});

test("a turn ends once; a lost one may still turn out to have completed", () => {
  const clock = movableClock(5);
  const { turns } = openTestStore(privateDirectory(), clock);
  for (const id of ["u1", "u2"]) turns.record({ id, place: "here", threadId: "t", origin: "ours" });
  expect(turns.running().map(({ id }) => id)).toEqual(["u1", "u2"]);
  clock.time = 6;
  expect(turns.end("u1", "lost")).toBe(true);
  expect(turns.running().map(({ id }) => id)).toEqual(["u2"]);
  clock.time = 7;
  expect(turns.end("u1", "completed")).toBe(true);
  expect(turns.end("u1", "failed")).toBe(false);
  expect(turns.end("none", "failed")).toBe(false);
  expect(turns.findById("u1")).toEqual({
    id: "u1",
    place: "here",
    threadId: "t",
    origin: "ours",
    state: "completed",
    startedAt: 5,
    endedAt: 7,
  });
});
