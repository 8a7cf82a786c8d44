// A hostile gateway against a node: every method and every member of params that the real Codex's schema knows.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { methodParams } from "../../src/nodes/method-params.ts";
import { buildGoodParams, listNodeAttacks } from "../hostile/node-attacks.ts";
import { findCodexBinary } from "../rigs/codex-binary.ts";
import { FakeAppServer } from "../rigs/fake-app-server.ts";
import { FakeClock } from "../rigs/fake-clock.ts";
import { FakePlace } from "../rigs/fake-place.ts";
import { type HostileGateway, NodeRig } from "../rigs/node-rig.ts";

interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  definitions?: Record<string, Schema>;
  oneOf?: Schema[];
  enum?: string[];
}

const cwd = process.cwd();
const server = new FakeAppServer();
let folder: string;
let client: Schema;
let rig: NodeRig;
let gateway: HostileGateway;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "schema-"));
  mkdirSync(join(folder, "home"));
  const args = ["app-server", "generate-json-schema", "--experimental", "--out", join(folder, "out")];
  const env = { PATH: process.env.PATH, HOME: join(folder, "home"), CODEX_HOME: join(folder, "home") };
  await promisify(execFile)(findCodexBinary(), args, { env });
  client = JSON.parse(readFileSync(join(folder, "out", "ClientRequest.json"), "utf8")) as Schema;
  const clock = new FakeClock();
  rig = new NodeRig({ clock, buildServers: () => new FakePlace({ clock, own: server }).servers });
  gateway = await rig.openHostile();
});
afterAll(async () => {
  await rig.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Every method that Codex knows, with the members of its params. */
function readMethods(): Map<string, string[]> {
  const read = (request: Schema): [string, string[]] => {
    const name = request.properties?.params?.$ref?.split("/").at(-1) ?? "";
    return [
      request.properties?.method?.enum?.[0] ?? "",
      Object.keys(client.definitions?.[name]?.properties ?? {}),
    ];
  };
  return new Map(client.oneOf?.map(read));
}

describe("a hostile gateway", () => {
  test("every method of Codex that is not on the list is refused with a code, and the server never hears of it [NODE-2b]", async () => {
    const methods = [...readMethods().keys()];
    expect(methods.length).toBeGreaterThan(100);
    const before = server.received.length;
    const let_through = [];
    for (const method of [...methods, "getAuthStatus", "node/exec", "constructor", "__proto__", ""]) {
      if (Object.hasOwn(methodParams, method)) continue;
      const codes = [
        await gateway.codeOf(method),
        await gateway.codeOf(method, { threadId: "t", command: ["id"] }),
      ];
      if (codes.some((code) => code !== "node-refused")) let_through.push(method);
    }
    expect(let_through).toEqual([]);
    expect(server.received.length).toBe(before);
  });

  test("every method on the list is one of Codex, or ours", () => {
    const methods = readMethods();
    const unknown = Object.keys(methodParams).filter((method) => !methods.has(method));
    expect(unknown).toEqual(["node/folder", "node/file", "node/keep"]);
  });

  test("of the methods on the list, every member that is not is refused by name [NODE-2b NODE-2d]", async () => {
    const good = await buildGoodParams(gateway, cwd);
    const methods = readMethods();
    const listed = Object.keys(methodParams).filter(
      (method) => methods.has(method) && method !== "initialize",
    );
    expect(Object.keys(good)).toEqual(expect.arrayContaining(listed));
    const before = server.received.length;
    const let_through: string[] = [];
    for (const method of listed) {
      const known = Object.keys(methodParams[method as keyof typeof methodParams].shape);
      for (const member of [...(methods.get(method) ?? []), "somethingNew"]) {
        if (known.includes(member)) continue;
        const { error } = await gateway.ask(method, { ...good[method], [member]: null });
        const isRefused = error?.data?.bridgeCode === "node-refused" && error.data.details?.field === member;
        if (!isRefused) let_through.push(`${method} ${member}`);
      }
    }
    expect(let_through).toEqual([]);
    expect(server.received.length).toBe(before);
  });

  test.each(listNodeAttacks(cwd))("%s: %s for %j [NODE-2b NODE-2c NODE-2d]", async (method, code, change) => {
    const good = (await buildGoodParams(gateway, cwd))[method];
    const before = server.count(method);
    expect(await gateway.codeOf(method, { ...good, ...change })).toBe(code);
    expect(server.count(method)).toBe(before);
  });
});
