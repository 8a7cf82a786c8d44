// Roles, chats and entrances through Chat.receive: who runs something, who is told no, who is not answered at all.
import { describe, expect, test } from "vitest";
import { commands, readAction } from "../../../src/chat/command-table.ts";
import type { InboundMessage } from "../../../src/chat/inbound.ts";
import type { ShownReply } from "../../../src/chat/reply.ts";
import type { BindingGate, GateRequest } from "../../../src/conversations/binding-gate.ts";
import type { ChatKind } from "../../../src/conversations/may.ts";
import { BridgeError } from "../../../src/errors.ts";
import { readShown } from "../../rigs/shown-text.ts";
import { driver, here, owner, stranger, thread, threadId } from "./chat-fixtures.ts";
import { openChat } from "./chat-rig.ts";

const hint = "openclaw config set x";

const roles = {
  owner: { actor: owner },
  "another owner": { actor: { id: "amy", isOwner: true } },
  driver: { actor: driver },
  /** Whom the host lets give commands; only where nobody owns the host that makes a difference. */
  "authorised other": { actor: { id: "zoe", isOwner: false }, ownerHint: hint },
  stranger: { actor: stranger },
} satisfies Record<string, Pick<InboundMessage, "actor" | "ownerHint">>;
type Role = keyof typeof roles;

const kinds: ChatKind[] = ["direct", "group"];
const done = "done";
const told = "told no";
const how = "told how";
const silent = "silent";
/** In a direct chat, in a group. */
type Outcomes = [string, string];

const others: Record<"another owner" | "authorised other" | "stranger", Outcomes> = {
  "another owner": [done, told],
  "authorised other": [how, how],
  stranger: [silent, silent],
};
const forAll: Record<Role, Outcomes> = { owner: [done, done], driver: [done, done], ...others };
const forOwners: Record<Role, Outcomes> = { ...forAll, driver: [told, told] };
const forWriters: Record<Role, Outcomes> = {
  ...forAll,
  "another owner": [done, silent],
  "authorised other": [silent, silent],
};

/** What is typed while a turn of the owner runs, and what comes of it. */
const entrances: Record<string, Record<Role, Outcomes>> = {
  "do it": forWriters,
  "/cx": forAll,
  "/cx nonsense": forAll,
  "/cx help": forAll,
  "/cx queue": forAll,
  "/cx yes": forAll,
  "/cx no": forAll,
  "/cx answer x": forAll,
  "/cx stop": forOwners,
  "/cx steer x": forOwners,
  "/cx send x": forAll,
  "/cx queue clear": forOwners,
  "/cx queue drop 1": forOwners,
  "/cx sessions": forOwners,
  "/cx nodes": forOwners,
  "/cx new --cwd /w": forOwners,
  [`/cx resume ${threadId}`]: forOwners,
  "/cx detach": forOwners,
  "/cx run x": forOwners,
  "/cx runs": forOwners,
  "/cx logs x": forOwners,
  "/cx delete x": forOwners,
  "/cx model": forOwners,
  "/cx effort": forOwners,
  "/cx doctor": forOwners,
  "/cx allow": forOwners,
  "/cx allow carl": forOwners,
  "/cx disallow bob": forOwners,
};

/** While a turn of the driver runs. */
const ofOwnTurns: typeof entrances = { "/cx stop": forAll, "/cx steer x": forAll };

const buildCells = (of: typeof entrances, active: string) =>
  Object.entries(of).flatMap(([text, outcomes]) =>
    (Object.keys(roles) as Role[]).flatMap((role) =>
      kinds.map((kind, at) => ({ text, role, kind, active, is: outcomes[role][at] })),
    ),
  );
const cells = [...buildCells(entrances, owner.id), ...buildCells(ofOwnTurns, driver.id)];

function openBound(active: string) {
  const chat = openChat();
  chat.bind({ threadId: "t" });
  chat.now.active = { actor: active, startedAt: 0 };
  const readOutcome = (reply: ShownReply | undefined) => {
    const says = readShown(reply);
    if (says.includes("you are not allowed")) return told;
    if (says.includes(hint)) return how;
    return reply !== undefined || chat.called("enqueue").length > 0 || chat.called("stop").length > 0
      ? done
      : silent;
  };
  return { chat, readOutcome };
}

test.each(cells)(
  '"$text" by $role in a $kind chat, at a turn of $active: $is [GATE-8a GATE-8b]',
  async ({ text, role, kind, active, is }) => {
    const { chat, readOutcome } = openBound(active);
    const { handled, reply } = await chat.receive(text, { ...roles[role], chatKind: kind });
    expect(handled).toBe(true);
    expect(readOutcome(reply)).toBe(is);
  },
);

test.each(cells.filter(({ text }) => text.startsWith("/cx")))(
  'a click that means "$text" by $role in a $kind chat, at a turn of $active: as typed [GATE-8j]',
  async ({ text, role, kind, active, is }) => {
    const { chat, readOutcome } = openBound(active);
    const rows = [[{ label: "x", line: text.slice("/cx".length).trim() }]];
    const [[button] = []] = chat.store.buttons.make(rows, { conversation: here });
    const { reply } = await chat.click(button?.token, { ...roles[role], chatKind: kind });
    // To whom it is told how to become the owner, is told where they type.
    expect(readOutcome(reply)).toBe(is === how ? silent : is);
  },
);

test("no command of the table is left out above [GATE-8j]", () => {
  const tried = Object.keys(entrances).map((text) => text.split(" ")[1] ?? "status");
  expect(commands.map(({ name }) => name).filter((name) => !tried.includes(name))).toEqual([]);
});

test("a command whose row does not say whose it is, is the owner's [GATE-8j]", () => {
  expect(readAction({})).toBe("decide");
});

test("where nobody owns the host, a command is answered with how to; nothing else is [GATE-8c]", async () => {
  const chat = openChat();
  const change = { actor: stranger, ownerHint: hint };
  expect(readShown((await chat.receive("/cx sessions", change)).reply)).toContain(hint);
  expect(await chat.receive("hello", change)).toEqual({ handled: false });
  chat.bind();
  expect(await chat.receive("hello", change)).toEqual({ handled: true });
  expect(readShown((await chat.receive("/cx", { ...change, actor: driver })).reply)).not.toContain(hint);
  expect(chat.called("list")).toEqual([]);
});

describe("in a group", () => {
  const group: Partial<InboundMessage> = { chatKind: "group", privateAddress: "to ann", hasButtons: true };

  test("what does not mention us is claimed and nothing comes of it, unless set otherwise [GATE-8f]", async () => {
    const chat = openChat();
    chat.bind();
    chat.ask();
    const aside = { chatKind: "group", isAddressed: false } as const;
    expect(await chat.receive("lunch?", aside)).toEqual({ handled: true });
    expect(await chat.receive("yes", aside)).toEqual({ handled: true });
    expect([...chat.called("enqueue"), ...chat.called("answer")]).toEqual([]);
    expect(readShown((await chat.receive("/cx queue", aside)).reply)).toContain("Nothing waits");
    const open = openChat({ groupMessages: "all" });
    open.bind();
    await open.receive("lunch?", aside);
    expect(open.called("enqueue")).toEqual([["lunch?"]]);
  });

  test("what does not mention us in an unbound group is the host's", async () => {
    expect(await openChat().receive("lunch?", { chatKind: "group", isAddressed: false })).toEqual({
      handled: false,
    });
  });

  test.each(["", "sessions", "doctor"])("/cx %s goes to the owner's own chat [GATE-8g]", async (line) => {
    const chat = openChat();
    chat.bind({ threadId: "t" });
    chat.sessions.push(thread("t2"));
    const { reply } = await chat.receive(`/cx ${line}`, group);
    expect(readShown(reply)).toBe("Sent to you privately.");
    expect(reply).not.toHaveProperty("buttons");
    const [part, ...others] = chat.store.outbox.pendingAtStart();
    expect(others).toEqual([]);
    expect(part?.conversation).not.toBe(here);
    expect(readShown(part)).toBe(readShown((await chat.receive(`/cx ${line}`)).reply));
    expect(chat.store.addresses.find(part?.conversation ?? "")).toBe("to ann");
  });

  test("without an own chat to send to nothing is shown [GATE-8g]", async () => {
    const chat = openChat();
    chat.bind();
    const { reply } = await chat.receive("/cx sessions", { chatKind: "group", hasButtons: true });
    expect(readShown(reply)).toBe("That is not for a group: ask in a direct chat with me.");
    expect(reply).not.toHaveProperty("buttons");
    expect(chat.store.outbox.pendingAtStart()).toEqual([]);
  });

  test.each(["new --cwd /secret/shop", "resume 019a0000-1111-7222-8333-444444444444"])(
    "/cx %s names the folder and the last words to the owner alone, also in the question before [GATE-8g]",
    async (line) => {
      const chat = openChat();
      chat.now.bindResult = {
        ...{ status: "confirm", why: "shared", token: "", cwd: "/secret/shop" },
        inForce: { sandbox: "read-only" },
      };
      let reply = (await chat.receive(`/cx ${line}`, group)).reply;
      const asked = reply?.buttons?.[0]?.[0];
      const shown = [readShown(reply)];
      if (asked) {
        reply = (await chat.click(asked.token, group)).reply;
        shown.push(readShown(reply));
      }
      expect(readShown(reply)).toContain("Sent to you privately.");
      expect(shown.join("\n")).not.toMatch(/\/secret|\/work|fix it/);
      expect(chat.store.outbox.pendingAtStart().map(readShown).join("\n")).toMatch(/\/secret\/shop|\/work/);
      const ownerChat = chat.store.bindings.findByConversation(here)?.ownerChat ?? "";
      expect(chat.store.addresses.find(ownerChat)).toBe("to ann");
    },
  );

  test("the host's approval names the folder without its path; then the owner reads the recap alone [GATE-8g]", async () => {
    const chat = openChat();
    const asked: GateRequest[] = [];
    const gate: BindingGate = {
      request: async (request) => {
        asked.push(request);
        return { status: "pending", prompt: "click" };
      },
      release: async () => {},
    };
    const { reply } = await chat.receive(`/cx resume ${threadId}`, { ...group, gate });
    expect(reply).toMatchObject({ prompt: "click" });
    expect(readShown(reply)).toContain(" in work on box ");
    expect(JSON.stringify(asked[0]?.summary)).not.toContain("/work");
    chat.services.pendingBindings.approve(asked[0]?.pendingId ?? "", here, "row");
    const [inGroup, own] = chat.store.outbox.pendingAtStart();
    expect(readShown(inGroup)).not.toMatch(/\/work|fix it/);
    expect(readShown(own)).toContain("fix it");
    expect(chat.store.addresses.find(own?.conversation ?? "")).toBe("to ann");
  });

  test("errors name no paths and list no sessions [GATE-8g]", async () => {
    const chat = openChat();
    chat.bind();
    chat.services.binder.prepareNew = async () => {
      throw new BridgeError("folder-missing", "", { folder: "/secret/x" });
    };
    expect(readShown((await chat.receive("/cx new", group)).reply)).toMatch(/^The folder does not exist/);
    expect(readShown((await chat.receive("/cx new")).reply)).toContain("/secret/x");
  });

  test("a new address of the owner's own chat is remembered with their next message", async () => {
    const chat = openChat();
    chat.bind({ ownerChat: "own" });
    await chat.receive("hi", { ...group, actor: driver, privateAddress: "to bob" });
    expect(chat.store.addresses.find("own")).toBeUndefined();
    await chat.receive("hi", group);
    expect(chat.store.addresses.find("own")).toBe("to ann");
  });
});
