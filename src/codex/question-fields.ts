// Questions that want words instead of a yes: the fields of a form, and a person's typed words as their values.
import { BridgeError } from "../errors.ts";

export interface Field {
  id: string;
  /** What to call it when asking. */
  title: string;
  question: string;
  type: "text" | "number" | "integer" | "boolean" | "choice" | "choices";
  options: { value: string; label: string }[];
  /** Other words than the options are allowed. */
  open: boolean;
  required: boolean;
  secret: boolean;
}

type Params = Record<string, unknown>;

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const record = (value: unknown): Params =>
  typeof value === "object" && value !== null ? (value as Params) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Questions of `item/tool/requestUserInput`. */
export function readInputFields(params: Params): Field[] {
  return list(params.questions).map((each) => {
    const question = record(each);
    const options = list(question.options).map((option) => {
      const label = text(record(option).label);
      return { value: label, label };
    });
    return {
      id: text(question.id),
      title: text(question.header) || text(question.id),
      question: text(question.question),
      type: options.length > 0 ? "choice" : "text",
      options,
      open: question.isOther === true || options.length === 0,
      required: true,
      secret: question.isSecret === true,
    };
  });
}

/** Properties of an MCP elicitation form. */
export function readFormFields(schema: unknown): Field[] {
  const form = record(schema);
  const required = list(form.required);
  return Object.entries(record(form.properties)).map(([id, value]) => {
    const property = record(value);
    return {
      id,
      title: text(property.title) || id,
      question: text(property.description),
      ...readType(property),
      required: required.includes(id),
      secret: false,
    };
  });
}

function readType(property: Params): Pick<Field, "type" | "options" | "open"> {
  if (property.type === "array") {
    return { type: "choices", options: readOptions(record(property.items)), open: false };
  }
  const options = readOptions(property);
  if (options.length > 0) return { type: "choice", options, open: false };
  const type = property.type;
  if (type === "number" || type === "integer" || type === "boolean") return { type, options: [], open: true };
  return { type: "text", options: [], open: true };
}

function readOptions(property: Params): Field["options"] {
  const titled = [...list(property.oneOf), ...list(property.anyOf)].map((each) => {
    const option = record(each);
    return { value: text(option.const), label: text(option.title) || text(option.const) };
  });
  if (titled.length > 0) return titled;
  const names = list(property.enumNames);
  return list(property.enum).map((value, at) => ({
    value: text(value),
    label: text(names[at]) || text(value),
  }));
}

/**
 * A person's words as the answer Codex wants: one field takes all of them, several are given one per line, or
 * separated by "|"; "-" leaves an optional one out. Throws `bad-arguments` naming the field that does not fit.
 */
export function buildFieldsAnswer(
  kind: "user-input" | "elicitation",
  fields: readonly Field[],
  words: string,
): unknown {
  const parts = fields.length === 1 ? [words.trim()] : words.split(/\n|\|/).map((part) => part.trim());
  if (parts.length !== fields.length) {
    throw new BridgeError("bad-arguments", "number of answers", {
      expected: `${fields.length} answers, one per line or separated by |: ${fields.map((field) => field.title).join(" | ")}`,
    });
  }
  const values = fields.map((field, at) => [field.id, readValue(field, parts[at] ?? "")] as const);
  const given = values.filter(([, value]) => value !== undefined);
  if (kind === "elicitation") return { action: "accept", content: Object.fromEntries(given) };
  return { answers: Object.fromEntries(given.map(([id, value]) => [id, { answers: [String(value)] }])) };
}

function readValue(field: Field, word: string): unknown {
  if (word === "-" && !field.required) return undefined;
  if (word === "") throw misfit(field, "an answer");
  switch (field.type) {
    case "text":
      return word;
    case "boolean":
      if (/^(y|yes|true|on|1)$/i.test(word)) return true;
      if (/^(n|no|false|off|0)$/i.test(word)) return false;
      throw misfit(field, "yes or no");
    case "number":
    case "integer": {
      const value = Number(word);
      if (!Number.isFinite(value) || (field.type === "integer" && !Number.isInteger(value))) {
        throw misfit(field, field.type === "integer" ? "a whole number" : "a number");
      }
      return value;
    }
    case "choice":
      return readOption(field, word);
    case "choices":
      return word.split(",").map((part) => readOption(field, part.trim()));
  }
}

/** An option by its number from 1, or by its words; other words only where the field is open. */
function readOption(field: Field, word: string): string {
  const byNumber = /^\d+$/.test(word) ? field.options[Number(word) - 1] : undefined;
  const lower = word.toLowerCase();
  const found =
    byNumber ??
    field.options.find((option) => [option.value, option.label].some((name) => name.toLowerCase() === lower));
  if (found) return found.value;
  if (field.open) return word;
  throw misfit(field, `one of: ${field.options.map((option, at) => `${at + 1} ${option.label}`).join(", ")}`);
}

function misfit(field: Field, expected: string): BridgeError {
  return new BridgeError("bad-arguments", `the answer to ${field.title}`, {
    expected: `${field.title}: ${expected}`,
  });
}
