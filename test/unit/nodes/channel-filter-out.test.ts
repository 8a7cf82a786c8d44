// The node's end of a channel in front of a fake app-server: what a gateway hears, files, and nonsense.
import { describe, expect, test } from "vitest";
import { settle } from "../../rigs/settle.ts";
import { cwd, gateway, rig, server, startThread, startTurn, turnParams } from "./filter-rig.ts";

describe("what a gateway hears [NODE-2f]", () => {
  test("nothing of threads that it does not hold", async () => {
    const other = await rig.openHostile();
    server.add("t1");
    await other.ask("thread/resume", { threadId: "t1", excludeTurns: true });
    const turn = server.join("t1", "secret");
    server.notify("t1", "item/completed", {
      turnId: turn.id,
      item: { type: "agentMessage", id: "a", text: "x" },
    });
    await settle();
    expect(gateway.heard).toEqual([]);
    expect(other.heard.map(({ method }) => method)).toContain("item/completed");
  });

  test("the end of a thread that it let go, and nothing after it", async () => {
    const threadId = await startThread();
    await gateway.ask("thread/unsubscribe", { threadId });
    await settle();
    expect(gateway.heard.map(({ method }) => method)).toContain("thread/closed");
    const before = gateway.heard.length;
    server.notify(threadId, "thread/name/updated", { name: "x" });
    await settle();
    expect(gateway.heard).toHaveLength(before);
  });

  test("nothing of a thread that the server goes on telling of", async () => {
    const threadId = await startThread();
    server.plan("thread/unsubscribe", ({ reply }) => reply({}));
    await gateway.ask("thread/unsubscribe", { threadId });
    const before = gateway.heard.length;
    server.join(threadId, "secret");
    await settle();
    expect(gateway.heard).toHaveLength(before);
  });

  test("nothing of a thread that opens in another folder than it was listed with [NODE-2c]", async () => {
    server.add("moved");
    const resume = server.hold("thread/resume");
    const asked = gateway.codeOf("thread/resume", { threadId: "moved", excludeTurns: true });
    (await resume).release({ thread: { id: "moved", cwd: "/", status: { type: "idle" } }, cwd: "/" });
    expect(await asked).toBe("node-folder-outside");
    expect(server.sent("thread/unsubscribe")).toEqual([{ threadId: "moved" }]);
    expect(await gateway.codeOf("turn/start", turnParams("moved"))).toBe("thread-not-loaded");
  });

  test("neither where CODEX_HOME is, nor who is signed in", async () => {
    server.plan("account/read", ({ reply }) =>
      reply({ account: { type: "chatgpt", email: "a@b.c" }, requiresOpenaiAuth: true }),
    );
    expect(await gateway.ask("account/read")).toMatchObject({
      result: { account: {}, requiresOpenaiAuth: true },
    });
    const said = JSON.stringify([await gateway.ask("initialize"), await gateway.ask("server/diagnostics")]);
    expect(said).not.toContain(server.codexHome);
  });

  test("of a listing, the threads below the node's roots", async () => {
    const row = (id: string, folder: string) => ({ id, cwd: folder, status: { type: "idle" } });
    server.plan("thread/list", ({ reply }) =>
      reply({ data: [row("a", cwd), row("b", "/")], nextCursor: "n" }),
    );
    const { result } = await gateway.ask("thread/list", { useStateDbOnly: true });
    expect(result).toMatchObject({ data: [{ id: "a" }], nextCursor: "n" });
    server.add("outside", { cwd: "/" });
    expect(await gateway.codeOf("thread/read", { threadId: "outside" })).toBe("node-folder-outside");
    expect(await gateway.codeOf("thread/turns/list", { threadId: "outside" })).toBe("node-folder-outside");
    const resume = { threadId: "outside", excludeTurns: true };
    expect(await gateway.codeOf("thread/resume", resume)).toBe("node-folder-outside");
    expect(server.count("thread/resume")).toBe(0);
  });
});

describe("files and nonsense", () => {
  test("files of a held thread's folder come in pieces; others do not [NODE-2c]", async () => {
    const threadId = await startThread();
    const read = (path: string, offset = 0) => gateway.ask("node/file", { threadId, path, offset });
    const { result } = await read("package.json", 2);
    const { bytes, size } = result as { bytes: string; size: number };
    expect(Buffer.from(bytes, "base64").toString()).toContain('"name"');
    expect(Buffer.from(bytes, "base64").length).toBe(size - 2);
    for (const path of ["/etc/hostname", "../..", "src/../../x"]) {
      expect(await read(path)).toMatchObject({ error: { data: { bridgeCode: "node-folder-outside" } } });
    }
    expect(await gateway.codeOf("node/file", { threadId, path: "src", offset: 0 })).toBe("node-refused");
    server.add("in-src", { cwd: `${cwd}/src` });
    await gateway.ask("thread/resume", { threadId: "in-src", excludeTurns: true });
    const beside = { threadId: "in-src", path: "../package.json", offset: 0 };
    expect(await gateway.codeOf("node/file", beside)).toBe("node-folder-outside");
    const foreign = { threadId: "t9", path: "x", offset: 0 };
    expect(await gateway.codeOf("node/file", foreign)).toBe("thread-not-loaded");
  });

  test("an image by a path of the node is refused; by its bytes it becomes a file of the node [NODE-4a]", async () => {
    const threadId = await startThread();
    const byPath = turnParams(threadId, { input: [{ type: "localImage", path: "/home/photo.png" }] });
    expect(await gateway.codeOf("turn/start", byPath)).toBe("node-refused");
    const image = { type: "localImage", name: "../a.png", bytes: Buffer.from("png").toString("base64") };
    await startTurn(threadId, { input: [image] });
    const [sent] = server.sent("turn/start");
    const path = expect.stringMatching(new RegExp(`^${rig.stateDirectory}/node-images/[^/]+\\.png$`));
    expect(sent?.input).toEqual([{ type: "localImage", path }]);
  });

  test("a flood is refused, nonsense passed over, nested deeply too, and the channel lives on [BORD-4a]", async () => {
    gateway.say("no json");
    gateway.say("[]");
    gateway.say(`{"id":"deep","method":"model/list","params":${"[".repeat(10_000)}${"]".repeat(10_000)}}`);
    gateway.answer(77, { decision: "accept" });
    server.ignore("model/list");
    for (let count = 0; count < 127; count++) server.ignore("model/list");
    for (let count = 0; count < 128; count++) void gateway.ask("model/list", {});
    expect(await gateway.codeOf("model/list", {})).toBe("server-overloaded");
  });
});
