import { expect, test } from "vitest";
import { buildRunName, checkRunName } from "../../../src/runs/run-names.ts";

test("S3-09 a name is two short words; taken ones are tried again [RUN-5b]", () => {
  const taken = new Set<string>();
  for (let made = 0; made < 500; made++) {
    const name = buildRunName((candidate) => taken.has(candidate));
    expect(name).toMatch(/^[a-z]{2,5}-[a-z]{2,5}$/);
    expect(taken.has(name)).toBe(false);
    taken.add(name);
  }
});

test("S3-09 when every pair is taken a number makes it unique", () => {
  expect(
    buildRunName(
      (name) => name === "able-ant",
      () => 0,
    ),
  ).toMatch(/^able-ant-\d+$/);
});

test.each(["a", "0", "A.b_c-9", "x".repeat(64)])("S3-D2 %s is a name [RUN-5b]", (name) => {
  expect(checkRunName(name)).toBe(name);
});

test.each(["", "-a", ".a", "a/b", "a..b", "a b", "é", "x".repeat(65), "../up"])(
  "S3-D2 %j is none [RUN-5b]",
  (name) => {
    expect(() => checkRunName(name)).toThrow(expect.objectContaining({ code: "run-name-invalid" }));
  },
);
