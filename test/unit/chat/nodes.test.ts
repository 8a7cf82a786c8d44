// Other machines in the chat room: what is listed of them, and what to type where something is missing.
import { expect, test } from "vitest";
import type { ChatPlace } from "../../../src/chat/chat-services.ts";
import { nodeCommands } from "../../../src/nodes/command-names.ts";
import { findNode, type ListedNode } from "../../../src/nodes/find-node.ts";
import { NodePlaces } from "../../../src/nodes/node-places.ts";
import { NodeSessions } from "../../../src/nodes/node-sessions.ts";
import { settle } from "../../rigs/settle.ts";
import { here, owner, thread, threadId } from "./chat-fixtures.ts";
import { openChat } from "./chat-rig.ts";

const all = Object.values(nodeCommands);
const full = (nodeId: string, displayName: string, change: Partial<ListedNode> = {}): ListedNode => ({
  ...{ nodeId, displayName, connected: true, commands: all, invocableCommands: all },
  ...change,
});

/** `answers`: what each node says to the unary list, by its id. */
function openWithNodes(listed: ListedNode[], answers: Record<string, () => Promise<unknown>> = {}) {
  const chat = openChat();
  const { local } = chat.services.places;
  const build = (id: string): ChatPlace => {
    const nodeId = NodePlaces.readNodeId(id) ?? "";
    const name = listed.find((node) => node.nodeId === nodeId)?.displayName ?? nodeId;
    const invoke = () => answers[nodeId]?.() ?? Promise.reject(new Error("node not connected"));
    const sessions = new NodeSessions({ invoke }, nodeId);
    const servers = { isRunning: async () => false, status: () => ({ mode: "stdio" as const }) };
    return { ...local, id, name, isNode: true, sessions, servers };
  };
  const get = (id: string) => (id === local.id ? local : build(id));
  chat.services.places = { local, get, getByName: () => local };
  chat.services.nodes = {
    list: async () => listed,
    allowed: () => ["camera.snap"],
    find: async (asked, command) => get(NodePlaces.buildPlaceId(findNode(listed, asked, command).nodeId)),
  };
  return chat;
}

const rows = (...ids: string[]) => ({
  sessions: ids.map((sessionId) => ({ sessionId, lastMessage: `words of ${sessionId}`, cwd: "/there/shop" })),
});

test("`nodes` says what each can do, and the commands that are missing keep what is allowed already [NODE-3b]", async () => {
  const partly = { commands: [nodeCommands.listSessions], invocableCommands: [nodeCommands.listSessions] };
  const chat = openWithNodes([full("aaaaaaaa", "annex"), full("bbbbbbbb", "attic", partly)]);
  const text = (await chat.say("/cx nodes")) ?? "";
  expect(text).toMatch(/^annex .*: connected; threads, turns and sessions$/m);
  expect(text).toMatch(/^attic .*: connected; sessions only/m);
  const [, allow = "[]"] = /commands\.allow '(.*)' --strict-json/.exec(text) ?? [];
  expect(JSON.parse(allow)).toEqual(["camera.snap", nodeCommands.appServer, nodeCommands.resumeSession]);
  expect(text).toContain("openclaw nodes approve <requestId>");
});

test("`--host all` lists side by side; one that hangs is named at its deadline, one that is away too [NODE-3c]", async () => {
  const listed = [
    full("aaaaaaaa", "annex"),
    full("bbbbbbbb", "slow"),
    full("cccccccc", "broken"),
    full("dddddddd", "gone", { connected: false }),
  ];
  const chat = openWithNodes(listed, {
    aaaaaaaa: async () => rows(threadId),
    bbbbbbbb: () => new Promise(() => {}),
    cccccccc: async () => ({ odd: true }),
  });
  chat.sessions.push(thread("local-1"));
  const answer = chat.say("/cx sessions --host all");
  await settle();
  await chat.clock.advance(10_000);
  const text = (await answer) ?? "";
  expect(text).toMatch(/^box:\n1\. first words of local-1/m);
  expect(text).toMatch(/^annex:\n2\. words of /m);
  expect(text).toMatch(/^slow: did not answer in time; ask it alone: `\/cx sessions --host slow`\.$/m);
  expect(text).toMatch(/^broken: /m);
  expect(text).toMatch(/^Not connected: gone/m);
  expect(chat.store.lists.read(here)).toMatchObject([
    { place: "here" },
    { place: "node:aaaaaaaa", threadId },
  ]);
});

test("what a hostile node lists is words on one line, and no row of it breaks the list [NODE-2g]", async () => {
  const evil = full("eeeeeeee", "evil");
  const sessions = [
    7,
    { sessionId: 7 },
    { sessionId: threadId, lastMessage: "two\nlines\u001b[2J", cwd: ["/x"], updatedAt: "never" },
    { sessionId: threadId, lastMessage: "x".repeat(1_000_000) },
  ];
  const chat = openWithNodes([evil], { eeeeeeee: async () => ({ sessions }) });
  const text = (await chat.say("/cx sessions --host evil")) ?? "";
  expect(text).toMatch(/^1\. two lines\\x1b\[2J$/m);
  expect(text.length).toBeLessThan(2_000);
  expect(text).not.toContain("\u001b");
  expect(text).not.toMatch(/ d ago|another program/);
});

test("a node without turns lists its sessions, and binding says what is missing there", async () => {
  const partly = { commands: [nodeCommands.listSessions], invocableCommands: [nodeCommands.listSessions] };
  const chat = openWithNodes([full("aaaaaaaa", "attic", partly)], { aaaaaaaa: async () => rows(threadId) });
  expect(await chat.say("/cx sessions --host attic")).toMatch(/1\. words of /);
  expect(await chat.say(`/cx resume ${threadId} --host attic`)).toContain(nodeCommands.appServer);
  expect(await chat.say("/cx new --cwd /there --host attic")).toContain(nodeCommands.appServer);
  expect(await chat.say("/cx new --cwd /there --host cellar")).toMatch(/no host cellar.*attic/s);
});

test("paths of a node are for those who may drive it [NODE-3b]", async () => {
  const chat = openWithNodes([full("aaaaaaaa", "annex")], { aaaaaaaa: async () => rows(threadId) });
  const stranger = { ...owner, id: "telegram:9", isOwner: false };
  for (const line of ["sessions --host annex", "sessions --host all", "nodes"]) {
    expect((await chat.say(`/cx ${line}`, stranger)) ?? "").not.toMatch(/there|annex/);
  }
});
