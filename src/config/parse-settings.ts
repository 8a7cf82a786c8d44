// Settings from outside to settings we trust; what is wrong is said with its place, never with its value.
import type { z } from "zod";
import { BridgeError } from "../errors.ts";
import { findNearest } from "../kit/nearest.ts";
import { type Settings, settingsSchema } from "./settings.ts";

type Issue = z.core.$ZodIssue;

const problemsShown = 3;

/** Words of earlier Codex versions and of other spellings, with today's. Codex 0.169 refuses them. */
const replacements: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  approvalPolicy: {
    "on-failure": "on-request",
    onFailure: "on-request",
    onRequest: "on-request",
    "unless-trusted": "untrusted",
    unlessTrusted: "untrusted",
    "unless-allow-listed": "untrusted",
    suggest: "untrusted",
    "auto-edit": "on-request",
    "full-auto": "on-request",
  },
  sandbox: {
    readOnly: "read-only",
    workspaceWrite: "workspace-write",
    dangerFullAccess: "danger-full-access",
    "full-access": "danger-full-access",
    yolo: "danger-full-access",
  },
};

/**
 * Absent settings have their defaults. Throws `settings-invalid` {problems, count}: the first three problems, one after
 * the other, each with the setting's name and what is expected there.
 */
export function parseSettings(input: unknown): Settings {
  const result = settingsSchema.safeParse(input ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => formatIssue(issue, input));
  const shown = problems.slice(0, problemsShown).join("; ");
  throw new BridgeError("settings-invalid", `settings: ${shown}`, {
    problems: shown,
    count: problems.length,
  });
}

function formatIssue(issue: Issue, input: unknown): string[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map(formatUnknown);
  const name = issue.path.map((part) => (typeof part === "number" ? `[${part}]` : String(part))).join("");
  const replacement = findReplacement(name, input);
  const hint = replacement === undefined ? "" : `; ${replacement}`;
  return [`${name || "settings"}: ${formatExpectation(issue)}${hint}`];
}

function formatUnknown(key: string): string {
  const nearest = findNearest(key, Object.keys(settingsSchema.shape));
  return `${key.slice(0, 60)}: there is no such setting${nearest === undefined ? "" : `; did you mean ${nearest}?`}`;
}

function formatExpectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${issue.expected === "int" ? "a whole number" : `of type ${issue.expected}`}`;
    case "invalid_value":
      return `must be one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `must be at least ${issue.minimum}`;
    case "too_big":
      return `must be at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

function findReplacement(name: string, input: unknown): string | undefined {
  const words = Object.hasOwn(replacements, name) ? replacements[name] : undefined;
  const given =
    typeof input === "object" && input !== null
      ? Object.entries(input).find(([key]) => key === name)
      : undefined;
  const value = given?.[1];
  if (words === undefined || typeof value !== "string" || !Object.hasOwn(words, value)) return undefined;
  return `instead of "${value}" write "${words[value]}"`;
}
