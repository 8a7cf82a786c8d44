// JSON columns back to their types: unknown fields are passed over, a value that cannot be ours is a TornColumn.
import type { Block, Inline, LiteralKind } from "../kit/blocks.ts";
import { parseJson } from "../kit/json.ts";
import type { ApprovalPolicy, Button, Ceiling, Driver, InForce, SandboxMode, TurnSettings } from "./rows.ts";
import { TornColumn } from "./to-store-error.ts";

const sandboxModes: readonly SandboxMode[] = ["read-only", "workspace-write", "danger-full-access"];
const approvalPolicies: readonly ApprovalPolicy[] = ["untrusted", "on-request", "never"];

export function readJson(text: string, column: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new TornColumn(column, cause);
  }
}

export function readList(text: string, column: string): unknown[] {
  const value = readJson(text, column);
  if (!Array.isArray(value)) throw new TornColumn(column);
  return value;
}

export function readStrings(text: string, column: string): string[] {
  const list = readList(text, column);
  if (!list.every((entry) => typeof entry === "string")) throw new TornColumn(column);
  return list;
}

export function readRecord(text: string, column: string): Record<string, unknown> {
  const value = readJson(text, column);
  if (!isRecord(value)) throw new TornColumn(column);
  return value;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function readTurnSettings(text: string, column: string): TurnSettings {
  const field = fieldsOf(text, column);
  return present({
    model: field.text("model"),
    effort: field.text("effort"),
    sandbox: field.word("sandbox", sandboxModes),
    approvalPolicy: field.word("approvalPolicy", approvalPolicies),
  });
}

export function readInForce(text: string, column: string): InForce {
  const field = fieldsOf(text, column);
  return present({
    model: field.text("model"),
    effort: field.text("effort"),
    cwd: field.text("cwd"),
    sandbox: field.text("sandbox"),
    approvalPolicy: field.text("approvalPolicy"),
  });
}

export function readCeiling(text: string, column: string): Ceiling {
  const field = fieldsOf(text, column);
  const sandbox = field.word("sandbox", sandboxModes);
  const approvalPolicy = field.word("approvalPolicy", approvalPolicies);
  // A ceiling that cannot be read must never turn into "no ceiling".
  if (sandbox === undefined || approvalPolicy === undefined) throw new TornColumn(column);
  return { sandbox, approvalPolicy };
}

export function readDrivers(text: string, column: string): Driver[] {
  return readList(text, column).map((value) => {
    if (!isRecord(value) || typeof value.id !== "string") throw new TornColumn(column);
    const { id, userName, name, seenAt, until, turnsPerDay, dayAt, turns, isDayOver } = value;
    const numbers = { seenAt, dayAt, turns, until, turnsPerDay };
    // A limit that cannot be read must never turn into "no limit".
    for (const [field, each] of Object.entries(numbers)) {
      const mayMiss = field === "until" || field === "turnsPerDay";
      if (typeof each !== "number" && !(mayMiss && each === undefined)) throw new TornColumn(column);
    }
    const words = { userName, name };
    for (const word of Object.values(words))
      if (word !== undefined && typeof word !== "string") throw new TornColumn(column);
    return {
      ...present({ id, ...words, ...numbers }),
      ...(isDayOver === true ? { isDayOver } : {}),
    } as Driver;
  });
}

function fieldsOf(text: string, column: string) {
  const record = readRecord(text, column);
  const read = (name: string): string | undefined => {
    const value = record[name];
    if (value !== undefined && typeof value !== "string") throw new TornColumn(`${column}.${name}`);
    return value;
  };
  return {
    text: read,
    word<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
      const value = read(name);
      const known = words.find((word) => word === value);
      if (value !== undefined && known === undefined) throw new TornColumn(`${column}.${name}`);
      return known;
    },
  };
}

/** The same object without its undefined fields. */
function present<T extends object>(fields: { [Name in keyof T]: T[Name] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** Rows of buttons. */
export function readButtons(text: string, column: string): Button[][] {
  return readList(text, column).map((row) => {
    if (!Array.isArray(row)) throw new TornColumn(column);
    return row.map((button: unknown) => {
      const { label, token } = isRecord(button) ? button : {};
      if (typeof label !== "string" || typeof token !== "string") throw new TornColumn(column);
      return { label, token };
    });
  });
}

const literalKinds: readonly LiteralKind[] = ["command", "diff", "output", "text"];

export function readBlocks(text: string, column: string): Block[] {
  return readList(text, column).map((value): Block => {
    if (!isRecord(value)) throw new TornColumn(column);
    const { say, list, literal, as, model } = value;
    if (isLine(say)) return { say };
    if (Array.isArray(list) && list.every(isLine)) return { list };
    const kind = literalKinds.find((each) => each === as);
    if (typeof literal === "string" && kind) return { literal, as: kind };
    if (typeof model === "string") return { model };
    throw new TornColumn(column);
  });
}

function isLine(value: unknown): value is Inline[] {
  return Array.isArray(value) && value.every(isInline);
}

function isInline(value: unknown): value is Inline {
  if (typeof value === "string") return true;
  return isRecord(value) && [value.code, value.name, value.path].some((text) => typeof text === "string");
}
