import { expect, test } from "vitest";
import { isBridgeError } from "../../../src/errors.ts";
import { Connection } from "../../../src/store/connection.ts";
import { fileOf, openTestStore, privateDirectory } from "./store-rig.ts";

test("a conversation remembers the list it was shown last, in that order", () => {
  const { lists } = openTestStore();
  const rows = ["t2", "t1"].map((threadId) => ({ threadId, place: "here" }));
  lists.remember("c", [{ threadId: "t9", place: "there" }]);
  lists.remember("c", rows);
  expect(lists.read("c")).toEqual(rows);
  expect(lists.read("other")).toEqual([]);
  lists.remember("c", []);
  expect(lists.read("c")).toEqual([]);
});

test.each(["{}", "[1]", '[{"threadId":"t"}]', "["])("a torn list %s is state-damaged", (torn) => {
  const directory = privateDirectory();
  const { lists } = openTestStore(directory);
  lists.remember("c", []);
  const connection = new Connection(fileOf(directory));
  connection.command("UPDATE lists SET entries = @torn")({ torn });
  connection.close();
  expect(() => lists.read("c")).toThrow(
    expect.toSatisfy(
      (thrown) => isBridgeError(thrown, "state-damaged") && thrown.details.column === "lists.entries",
    ),
  );
});
