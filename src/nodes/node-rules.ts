// What the operator of a node lets gateways have: folders, and a ceiling for sandbox, network and approvals.
import { realpath, stat } from "node:fs/promises";
import { isAbsolute, relative, sep } from "node:path";
import * as z from "zod";
import type { Settings } from "../config/settings.ts";
import { BridgeError } from "../errors.ts";

export interface NodeRules {
  /** Absolute paths; a gateway's threads work below them. */
  roots: readonly string[];
  /** Never given, also where a root holds them: CODEX_HOME and our state. */
  forbidden: readonly string[];
  sandbox: Settings["sandbox"];
  approvalPolicy: Settings["approvalPolicy"];
  network: boolean;
}

/** What a turn would run with, as far as the ceiling is about it. Absent: not said, so nothing is allowed by it. */
export interface Policies {
  sandbox?: unknown;
  approvalPolicy?: unknown;
  approvalsReviewer?: unknown;
}

const sandboxRanks = ["read-only", "workspace-write", "danger-full-access"];
const approvalRanks = ["untrusted", "on-request", "never"];

/** The three ways in which Codex 0.169 names a sandbox: a mode, a named profile, the `type` of a policy. */
const sandboxWords: Readonly<Record<string, string>> = {
  ":read-only": "read-only",
  ":workspace": "workspace-write",
  ":danger-full-access": "danger-full-access",
  readOnly: "read-only",
  workspaceWrite: "workspace-write",
  dangerFullAccess: "danger-full-access",
};

const policySchema = z.looseObject({ type: z.string(), networkAccess: z.unknown().optional() });

/** Throws `node-ceiling` {field, asked, ceiling} for what is above it, and for what cannot be judged. */
export function assertBelowCeiling(policies: Policies, rules: NodeRules): void {
  assertSandbox(policies.sandbox, rules);
  const { approvalPolicy, approvalsReviewer } = policies;
  if (isAbove(approvalRanks, approvalPolicy, rules.approvalPolicy)) {
    throw tooMuch("approvals", describe(approvalPolicy), rules.approvalPolicy);
  }
  // Any other reviewer answers in place of the people who are asked.
  const isReviewed =
    approvalsReviewer === undefined || approvalsReviewer === null || approvalsReviewer === "user";
  if (!isReviewed && rules.approvalPolicy !== "never") {
    throw tooMuch("approvals reviewer", describe(approvalsReviewer), "user");
  }
}

function assertSandbox(sandbox: unknown, rules: NodeRules): void {
  const policy = policySchema.safeParse(sandbox);
  const word = policy.success ? policy.data.type : sandbox;
  const mode = typeof word === "string" ? (sandboxWords[word] ?? word) : undefined;
  if (isAbove(sandboxRanks, mode, rules.sandbox)) throw tooMuch("sandbox", describe(word), rules.sandbox);
  if (!policy.success || mode === "danger-full-access") return;
  const { networkAccess } = policy.data;
  const hasNetwork = networkAccess !== undefined && networkAccess !== false && networkAccess !== "restricted";
  if (hasNetwork && !rules.network) throw tooMuch("network", "on", "off");
}

function isAbove(ranks: readonly string[], value: unknown, ceiling: string): boolean {
  const rank = typeof value === "string" ? ranks.indexOf(value) : -1;
  // What we do not know may be anything: only a ceiling that is no ceiling lets it pass.
  return ranks.indexOf(ceiling) < (rank < 0 ? ranks.length - 1 : rank);
}

function tooMuch(field: string, asked: string, ceiling: string): BridgeError {
  return new BridgeError("node-ceiling", `${field} ${asked} is above this node's ceiling`, {
    field,
    asked,
    ceiling,
  });
}

function describe(value: unknown): string {
  return typeof value === "string" ? value.slice(0, 60) : "other";
}

/**
 * The real path of a folder below a root of the node.
 * Throws `folder-missing`, `folder-not-a-directory`, `node-folder-outside`; each names the folder as it was asked for.
 */
export async function checkNodeFolder(folder: string, rules: NodeRules): Promise<string> {
  const outside = () =>
    new BridgeError("node-folder-outside", `${folder} is outside the folders of this node`, { folder });
  // Nothing is told about what there is outside.
  if (!isAbsolute(folder)) throw outside();
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined) {
    if (rules.roots.some((root) => isInside(folder, root))) {
      throw new BridgeError("folder-missing", `no such folder: ${folder}`, { folder });
    }
    throw outside();
  }
  if (!(await isBelowRoots(real, rules))) throw outside();
  if (!(await stat(real)).isDirectory()) {
    throw new BridgeError("folder-not-a-directory", `not a folder: ${folder}`, { folder });
  }
  return real;
}

/** Whether a path that exists lies, by its real path, in a root and in nothing that is forbidden. */
export async function isBelowRoots(path: string, rules: NodeRules): Promise<boolean> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) return false;
  const isIn = async (parent: string) => isInside(real, await realpath(parent).catch(() => parent));
  const inRoots = await Promise.all(rules.roots.map(isIn));
  const inForbidden = await Promise.all(rules.forbidden.map(isIn));
  return inRoots.includes(true) && !inForbidden.includes(true);
}

export function isInside(path: string, parent: string): boolean {
  const way = relative(parent, path);
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way));
}
