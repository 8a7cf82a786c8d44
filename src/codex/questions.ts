// Server requests that ask a person (0.169.0), as a kind, the choices that Codex offers, and fields to fill in;
// and what to answer for a choice. It shows nothing and decides nothing.
import type { QuestionKind } from "../store/rows.ts";
import { type Field, readFormFields, readInputFields } from "./question-fields.ts";
import type { ServerRequest } from "./thread-feed.ts";

/** yes: once. session: until the thread is unloaded. always: a permanent rule, for all chats and the terminal. */
export type ChoiceMeaning = "yes" | "session" | "always" | "no" | "cancel";
/** One per choice of a question: where several permanent rules are offered, the second is `always 2`. */
export type ChoiceName = ChoiceMeaning | `always ${number}`;

export interface Choice {
  name: ChoiceName;
  /** The result that Codex gets. */
  answer: unknown;
  /** Permanent rules are the owner's alone. */
  ownerOnly: boolean;
  /** What a permanent rule would say, in Codex's words. */
  rule?: string;
}

export interface Asked {
  kind: Exclude<QuestionKind, "confirm">;
  choices: Choice[];
  fields: Field[];
}

type Params = Record<string, unknown>;

export function readMeaning(name: ChoiceName): ChoiceMeaning {
  return name.startsWith("always") ? "always" : (name as ChoiceMeaning);
}

/** Undefined for a request that asks nobody, or one this version does not know. */
export function readAsked(request: ServerRequest): Asked | undefined {
  const { params } = request;
  switch (request.method) {
    case "item/commandExecution/requestApproval":
      return { kind: "command", choices: readCommandChoices(params), fields: [] };
    case "item/fileChange/requestApproval":
      return {
        kind: "file-change",
        choices: decisions(["accept", "acceptForSession", "decline", "cancel"]),
        fields: [],
      };
    case "item/permissions/requestApproval":
      return { kind: "permissions", choices: readPermissionChoices(params), fields: [] };
    case "item/tool/requestUserInput":
      return { kind: "user-input", choices: [], fields: readInputFields(params) };
    case "mcpServer/elicitation/request":
      return readElicitation(params);
    default:
      return undefined;
  }
}

/** The answer to a tool of ours that Codex thinks we offer: we offer none (parity S1-33). */
export const noDynamicTools = {
  success: false,
  contentItems: [{ type: "inputText", text: "This conversation offers no dynamic tools." }],
};

/** The choice that changes nothing; what is answered when nobody can be asked. */
export function buildDecline(asked: Asked): unknown {
  const no = asked.choices.find((choice) => choice.name === "no");
  return no ? no.answer : { answers: {} };
}

const decisionNames: Record<string, ChoiceMeaning> = {
  accept: "yes",
  acceptForSession: "session",
  decline: "no",
  cancel: "cancel",
};

/** Codex takes `decline` also where it does not list it (seen in 0.169.0): "no" is always possible. */
function readCommandChoices(params: Params): Choice[] {
  const listed = params.availableDecisions;
  if (!Array.isArray(listed)) return decisions(["accept", "acceptForSession", "decline", "cancel"]);
  const words = listed.filter((decision) => typeof decision === "string");
  const rules = listed.filter((decision) => typeof decision === "object" && decision !== null).map(buildRule);
  const withNo = words.includes("decline")
    ? words
    : [...words.filter((word) => word !== "cancel"), "decline"];
  const all = words.includes("cancel") && !withNo.includes("cancel") ? [...withNo, "cancel"] : withNo;
  return [...decisions(all), ...rules];
}

function decisions(words: readonly string[]): Choice[] {
  return words.flatMap((decision): Choice[] => {
    const name = decisionNames[decision];
    return name ? [{ name, answer: { decision }, ownerOnly: false }] : [];
  });
}

function buildRule(decision: object, at: number): Choice {
  const [inner] = Object.values(decision) as unknown[];
  const name = at === 0 ? "always" : (`always ${at + 1}` as const);
  return { name, answer: { decision }, ownerOnly: true, rule: formatRule(inner) };
}

const plainWord = /^[\w./:=@%+,-]+$/;

function formatRule(inner: unknown): string {
  if (typeof inner !== "object" || inner === null) return JSON.stringify(inner);
  const [words] = Object.values(inner) as unknown[];
  if (!Array.isArray(words)) return JSON.stringify(words);
  const each = words.map(String);
  // With anything else in them, joined words would not show where one ends.
  return each.every((word) => plainWord.test(word)) ? each.join(" ") : JSON.stringify(each);
}

function readPermissionChoices(params: Params): Choice[] {
  const permissions = params.permissions ?? {};
  return [
    { name: "yes", answer: { permissions, scope: "turn" }, ownerOnly: false },
    { name: "session", answer: { permissions, scope: "session" }, ownerOnly: false },
    { name: "no", answer: { permissions: {}, scope: "turn" }, ownerOnly: false },
  ];
}

function readElicitation(params: Params): Asked {
  const meta = (params._meta ?? {}) as Params;
  const refusals: Choice[] = [
    { name: "no", answer: { action: "decline" }, ownerOnly: false },
    { name: "cancel", answer: { action: "cancel" }, ownerOnly: false },
  ];
  if (meta.codex_approval_kind === "mcp_tool_call") {
    return { kind: "mcp-tool", choices: [...readToolChoices(meta), ...refusals], fields: [] };
  }
  const fields = params.mode === "form" ? readFormFields(params.requestedSchema) : [];
  const yes: Choice = { name: "yes", answer: { action: "accept", content: {} }, ownerOnly: false };
  return { kind: "elicitation", choices: fields.length === 0 ? [yes, ...refusals] : refusals, fields };
}

/** `persist` names how long a yes may hold; "always" writes into the person's config.toml. */
function readToolChoices(meta: Params): Choice[] {
  const persist = Array.isArray(meta.persist) ? meta.persist : [meta.persist];
  const accept = { action: "accept", content: {} };
  const choices: Choice[] = [{ name: "yes", answer: accept, ownerOnly: false }];
  if (persist.includes("session")) {
    choices.push({ name: "session", answer: { ...accept, _meta: { persist: "session" } }, ownerOnly: false });
  }
  if (persist.includes("always")) {
    const rule = typeof meta.tool_name === "string" ? meta.tool_name : "this tool";
    choices.push({
      name: "always",
      answer: { ...accept, _meta: { persist: "always" } },
      ownerOnly: true,
      rule,
    });
  }
  return choices;
}
