// Fields that want words: shown with their options, and how an answer is typed.
import type { Field } from "../../codex/question-fields.ts";
import { type Block, code, type Line, line, own, says } from "../../kit/blocks.ts";

/** Numbered when there are several. */
export function formatFields(fields: readonly Field[]): Block[] {
  return fields.flatMap((field, at) => {
    const number = fields.length > 1 ? [`${at + 1}. `] : [];
    const asks = field.question && field.question !== field.title ? line`: ${field.question}` : [];
    const options = field.options.map((option, index) => line`   ${index + 1} ${option.label}`);
    return says(line`${number}${field.title}${asks}${describe(field)}`, ...options);
  });
}

export function formatFieldInputs(fields: readonly Field[], token: string): Line[] {
  const [first] = fields;
  if (!first) return [];
  const skip = fields.some((field) => !field.required) ? line`; ${code("-")} leaves an optional one out` : [];
  if (fields.length > 1) {
    const sample = fields.map((field) => `<${field.title}>`).join(" | ");
    return [
      line`${code(`/cx answer ${token} ${sample}`)}: all answers, separated by | or one per line${skip}`,
    ];
  }
  return [line`${code(`/cx answer ${token} <${formatExpected(first)}>`)}${skip}`];
}

function formatExpected({ type, open }: Field): string {
  switch (type) {
    case "choice":
      return open ? "number or your own words" : "number or name";
    case "choices":
      return "numbers or names, separated by commas";
    case "boolean":
      return "yes or no";
    case "integer":
      return "whole number";
    case "number":
      return "number";
    case "text":
      return "your words";
  }
}

function describe({ type, required }: Field): Line {
  const wants = type === "text" || type === "choice" ? [] : [describeType(type)];
  const parts = [...wants, ...(required ? [] : ["optional"])];
  return parts.length === 0 ? [] : own(` (${parts.join(", ")})`);
}

function describeType(type: Exclude<Field["type"], "text" | "choice">): string {
  switch (type) {
    case "choices":
      return "one or more";
    case "boolean":
      return "yes or no";
    case "integer":
      return "a whole number";
    case "number":
      return "a number";
  }
}
