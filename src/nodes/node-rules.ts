// What the operator of a node lets gateways have: a ceiling for sandbox, network and approvals, and folders, by their real
// places, looked at anew each time.
import { stat } from "node:fs/promises";
import { isAbsolute, join, parse, relative, resolve } from "node:path";
import * as z from "zod";
import type { Settings } from "../config/settings.ts";
import { BridgeError } from "../errors.ts";
import {
  findLinkBelow,
  findRealPlace,
  findRealPlaceSync,
  isIn,
  isWritten,
  type RealPlace,
} from "../kit/real-place.ts";

export interface NodeRules {
  /** Absolute paths; a gateway's threads work below them. */
  roots: readonly string[];
  /** Never given, also where a root holds them: CODEX_HOME and our state. */
  forbidden: readonly string[];
  /** Homes of people: what holds a whole one is no root. */
  homes?: readonly string[];
  /** Where each root really was when the settings were read; one that leads elsewhere since is none. */
  realRoots?: ReadonlyMap<string, string>;
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

/** What is given at this moment. */
export interface Given {
  /** In a root, in nothing that is forbidden, and holding nothing that is: a turn may write in all that lies in it. */
  has(place: RealPlace): boolean;
}

/**
 * Where the roots of the settings really are, by the root as it is written.
 * Throws `settings-invalid` for a root that is a whole disk or holds a whole home, also through a link.
 */
export function readRoots(roots: readonly string[], homes: readonly string[]): Map<string, string> {
  const homePlaces = homes.map(findRealPlaceSync);
  const real = new Map<string, string>();
  for (const root of roots) {
    const place = findRealPlaceSync(root);
    if (isWhole(place, homePlaces)) {
      const problems = `nodeRoots: ${root} is a whole home or disk; name folders in it`;
      throw new BridgeError("settings-invalid", `settings: ${problems}`, { problems, count: 1 });
    }
    if (place.exists) real.set(root, place.path);
  }
  return real;
}

/** To be asked for again before each turn: folders are moved, and links put in their place. */
export async function findGiven(rules: NodeRules): Promise<Given> {
  const [roots, forbidden] = await Promise.all([
    findRoots(rules),
    Promise.all(rules.forbidden.map(findRealPlace)),
  ]);
  return {
    has: (place) =>
      roots.some((root) => isIn(place, root)) &&
      !forbidden.some((never) => isIn(place, never) || isIn(never, place)),
  };
}

/**
 * The real path of a folder that a gateway asks for, below a root of the node.
 * Throws `folder-missing`, `folder-not-a-directory`, `node-folder-outside`; each names the folder as it was asked for.
 */
export async function checkNodeFolder(folder: string, rules: NodeRules): Promise<string> {
  // Nothing is told about what there is outside.
  const outside = () =>
    new BridgeError("node-folder-outside", `${folder} is outside the folders of this node`, { folder });
  if (!isAbsolute(folder)) throw outside();
  const [given, place] = await Promise.all([findGiven(rules), findRealPlace(folder)]);
  if (!given.has(place)) throw outside();
  if (!place.exists) throw new BridgeError("folder-missing", `no such folder: ${folder}`, { folder });
  if (!(await stat(place.path)).isDirectory()) {
    throw new BridgeError("folder-not-a-directory", `not a folder: ${folder}`, { folder });
  }
  return place.path;
}

/**
 * The same for a folder that a thread has already. It was given by its real path, so a link in it, below a root, was put
 * there since: by a turn that worked above it, perhaps. Throws `folder-replaced` too.
 */
export async function checkThreadFolder(folder: string, rules: NodeRules): Promise<string> {
  const real = await checkNodeFolder(folder, rules);
  const written = resolve(folder);
  for (const root of [...rules.roots, ...(rules.realRoots?.values() ?? [])]) {
    if (isWritten(written, root) && (await findLinkBelow(root, written))) throw replaced(folder);
  }
  return real;
}

export function replaced(folder: string): BridgeError {
  return new BridgeError("folder-replaced", `a link is where the folder was: ${folder}`, { folder });
}

function isWhole(place: RealPlace, homes: readonly RealPlace[]): boolean {
  return parse(place.path).root === place.path || homes.some((home) => isIn(home, place));
}

/** Those that are there, and where they were when the settings were read. */
async function findRoots({ roots, homes = [], realRoots }: NodeRules): Promise<RealPlace[]> {
  const homePlaces = await Promise.all(homes.map(findRealPlace));
  const found = await Promise.all(
    roots.map(async (root) => {
      const place = await findRealPlace(root);
      const known = realRoots?.get(root) ?? place.path;
      const isUsable = place.exists && place.path === known && !isWhole(place, homePlaces);
      return isUsable && !(await isLinkInRoot(root, roots)) ? [place] : [];
    }),
  );
  return found.flat();
}

/** A root in a root: a turn that works in the outer one can put a link where the inner one was. */
async function isLinkInRoot(root: string, roots: readonly string[]): Promise<boolean> {
  for (const outer of roots) {
    const way = relative(outer, root);
    if (way !== "" && isWritten(root, outer) && (await findLinkBelow(outer, join(outer, way)))) return true;
  }
  return false;
}
