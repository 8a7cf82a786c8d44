import { expect, test } from "vitest";
import { findNearest } from "../../../src/kit/nearest.ts";

test.each([
  ["approvalpolicy", "approvalPolicy"],
  ["sandbx", "sandbox"],
  ["modle", "model"],
  ["gateway", undefined],
  ["", undefined],
])("the word nearest to %j is %j", (word, nearest) => {
  expect(findNearest(word, ["model", "sandbox", "approvalPolicy"])).toBe(nearest);
});
