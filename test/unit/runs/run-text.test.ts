import { expect, test } from "vitest";
import { formatBytes, formatRunTable } from "../../../src/chat/words/run-text.ts";

test.each([
  [0, "0B"],
  [1023, "1023B"],
  [1024, "1.0K"],
  [1536, "1.5K"],
  [1_048_575, "1024.0K"],
  [1_048_576, "1.0M"],
  [1024 ** 4, "1024.0G"],
])("S3-40 %d bytes are %s [RUN-5c]", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("S3-33 the head stands also over no run [RUN-5c]", () => {
  expect(formatRunTable([]).split(/\s+/)).toEqual([
    ...["#", "NAME", "PID", "TYPE", "STATUS", "OUT", "ERR", "CREATED", "PROMPT"],
  ]);
});

test("S3-34 S3-36 S3-37 S3-38 S3-D13 one line per run, numbers from 1, what is unknown is a dash [RUN-5c]", () => {
  const run = {
    name: "brave-owl",
    kind: "exec" as const,
    codexHome: "/c",
    cwd: "/w",
    settings: {},
    network: false,
    state: "open" as const,
    creator: { pid: 1, startedAt: "" },
    createdAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    preview: "look at it",
  };
  const rows = [
    { run, status: "running" as const, pid: 42, outputBytes: 1536, errorBytes: 0 },
    { run, status: "unknown" as const },
  ];
  expect(formatRunTable(rows).split("\n").slice(1)).toEqual([
    "1  brave-owl  42   exec  running  1.5K  0B   2026-01-02T03:04:05Z  look at it",
    "2  brave-owl  -    exec  unknown  -     -    2026-01-02T03:04:05Z  look at it",
  ]);
});
