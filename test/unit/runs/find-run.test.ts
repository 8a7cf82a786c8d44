import { expect, test } from "vitest";
import { findRun } from "../../../src/runs/find-run.ts";

const runs = ["brave-owl", "brave-ox", "2", "calm-crab"].map((name) => ({ name }));

test.each([
  ["brave-owl", "brave-owl"],
  ["c", "calm-crab"],
  ["brave-ow", "brave-owl"],
  ["1", "brave-owl"],
  ["4", "calm-crab"],
  ["2", "2"],
])("S3-06 %s means %s: a name, a number of the list, or the only begin [RUN-5g]", (selector, name) => {
  expect(findRun(runs, selector)).toEqual({ name });
});

test("S3-06 several fit: the error names them [RUN-5g]", () => {
  expect(() => findRun(runs, "brave")).toThrow(
    expect.objectContaining({
      code: "run-ambiguous",
      details: expect.objectContaining({ candidates: "brave-owl, brave-ox" }),
    }),
  );
});

test.each(["", "0", "9", "zebra"])(
  "S3-06 %j fits none: the error names what there is [RUN-5g]",
  (selector) => {
    expect(() => findRun(runs, selector)).toThrow(
      expect.objectContaining({
        code: "run-none",
        details: expect.objectContaining({ candidates: "brave-owl, brave-ox, 2, calm-crab" }),
      }),
    );
  },
);

test("S3-D10 where a number that has moved would do harm, it is refused and the name is shown [RUN-5g]", () => {
  expect(() => findRun(runs, "4", { numbers: false })).toThrow(
    expect.objectContaining({
      code: "run-none",
      details: expect.objectContaining({ candidates: "calm-crab", numbered: true }),
    }),
  );
  expect(findRun(runs, "2", { numbers: false })).toEqual({ name: "2" });
});
