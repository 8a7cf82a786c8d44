// JSON that is nested 10,000 levels deep, at every border where text comes in.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readableMessage } from "../../../src/codex/error-meanings.ts";
import { readKnownSecrets } from "../../../src/codex/login-secrets.ts";
import { parseExecLine } from "../../../src/exec/exec-lines.ts";
import { readTerminalSettings } from "../../../src/hosts/terminal/terminal-settings.ts";
import { deepestLevels, parseJson, TooDeepError } from "../../../src/kit/json.ts";
import { mapStringsDeep } from "../../../src/kit/map-strings.ts";
import { Redactor } from "../../../src/kit/redactor.ts";
import { toWellFormedDeep } from "../../../src/kit/text.ts";
import { decodeFrame } from "../../../src/nodes/channel-frames.ts";
import { readListParams } from "../../../src/nodes/command-params.ts";
import { parseRpcMessage } from "../../../src/rpc/rpc-message.ts";
import { readOwnWords } from "../../../src/sessions/own-words.ts";
import { readJson } from "../../../src/store/json-columns.ts";
import { buildPeerRig } from "../../rigs/peer-rig.ts";

const arrays = (levels: number, inner = "") => `${"[".repeat(levels)}${inner}${"]".repeat(levels)}`;
const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
const deep = arrays(10_000);
let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "deep-"));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe("parseJson [BORD-4a]", () => {
  test.each([
    ["arrays", arrays],
    ["objects", objects],
    ["both", (levels: number) => `${'[{"a":'.repeat(levels / 2)}1${"}]".repeat(levels / 2)}`],
  ])("%s: at the limit a value, beyond it an error, however deep", (_, build) => {
    expect(() => parseJson(build(deepestLevels))).not.toThrow();
    for (const levels of [deepestLevels + 2, 10_000, 1_000_000]) {
      expect(() => parseJson(build(levels))).toThrow(TooDeepError);
    }
  });

  test("brackets in texts, and long flat values, are not depth", () => {
    expect(parseJson(JSON.stringify([deep]))).toEqual([deep]);
    expect(parseJson(`[${"[[1]],".repeat(20_000)}0]`)).toHaveLength(20_001);
    expect(() => parseJson("{")).toThrow(SyntaxError);
  });

  // Parsing itself takes more than linear time for many small arrays: they have to be collected.
  test.each(["[],", "1,", '{"a":"b"},'])(
    "a megabyte of %s is looked at in the time of parsing it",
    (part) => {
      const text = `[${part.repeat(1_000_000 / part.length)}0]`;
      const parses = { ours: parseJson, plain: (given: string) => JSON.parse(given) as unknown };
      const times = { ours: Number.POSITIVE_INFINITY, plain: Number.POSITIVE_INFINITY };
      for (let round = 0; round < 9; round += 1) {
        for (const name of ["ours", "plain"] as const) {
          // The time of this thread: other work of the machine does not count.
          const since = process.threadCpuUsage();
          parses[name](text);
          const { user, system } = process.threadCpuUsage(since);
          times[name] = Math.min(times[name], user + system);
        }
      }
      expect(times.ours / times.plain).toBeLessThan(8);
    },
  );
});

describe("deeply nested text is an error where it comes in, and nothing falls over [BORD-4a]", () => {
  test("from a server: the connection is closed with what it was", async () => {
    const { peer, ask, ours, settle } = buildPeerRig();
    const asked = expect(ask()).rejects.toMatchObject({ code: "backend-json-parse-error" });
    await settle();
    ours.receive(`{"id":1,"result":${deep}}`);
    await asked;
    expect((await peer.closed).reason).toContain("levels deep");
    expect(() => parseRpcMessage(`{"method":"a","params":${objects(10_000)}}`)).toThrow();
  });

  test("from a node: a frame cannot be read, params are bad arguments", () => {
    const frame = Buffer.concat([Buffer.from([0]), Buffer.from(deep)]);
    expect(() => decodeFrame(frame)).toThrow(TooDeepError);
    expect(() => readListParams(`{"limit":${deep}}`)).toThrow(
      expect.objectContaining({ code: "bad-arguments" }),
    );
  });

  test("in settings, columns, lines of a rollout and of an exec, a login and an error", async () => {
    writeFileSync(join(home, "settings.json"), `{"model":${deep}}`);
    await expect(readTerminalSettings(home, {})).rejects.toMatchObject({ code: "settings-invalid" });
    expect(() => readJson(deep, "settings")).toThrow();
    expect(readOwnWords(`{"type":"event_msg","payload":{"type":"user_message","message":${deep}}}`)).toBe(
      undefined,
    );
    expect(parseExecLine(`{"type":"item.completed","item":${deep}}`)).toBe(undefined);
    expect(readableMessage(objects(10_000).replaceAll('"a"', '"error"'))).toContain('{"error"');
    mkdirSync(join(home, "codex"));
    writeFileSync(join(home, "codex", "auth.json"), `{"OPENAI_API_KEY":"sk-deep-deep","x":${deep}}`);
    expect(readKnownSecrets({}, join(home, "codex"))).toEqual([]);
    writeFileSync(join(home, "codex", "auth.json"), '{"tokens":{"access_token":"at-1"}}');
    expect(readKnownSecrets({}, join(home, "codex"))).toEqual(["at-1"]);
  });
});

test("walking data does not depend on how deeply it is nested [BORD-4a]", () => {
  let value: unknown = "\ud83d";
  for (let level = 0; level < 200_000; level += 1) value = level % 2 ? [value] : { a: value };
  let walked: unknown = toWellFormedDeep(value);
  while (typeof walked === "object") walked = Object.values(walked as object)[0];
  expect(walked).toBe("\ufffd");
  expect(mapStringsDeep(value, (text) => text)).toBe(value);
  expect(() => new Redactor().redactDeep(value)).not.toThrow();
  const cycle: unknown[] = [];
  cycle.push(cycle);
  expect(() => mapStringsDeep(cycle, (text) => text)).toThrow(RangeError);
});
