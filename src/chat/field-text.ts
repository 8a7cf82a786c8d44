// Fields that want words: shown with their options, and how an answer is typed.
import type { Field } from "../codex/question-fields.ts";

/** Numbered when there are several. */
export function formatFields(fields: readonly Field[]): string[] {
  return fields.flatMap((field, at) => {
    const number = fields.length > 1 ? `${at + 1}. ` : "";
    const asks =
      field.question && field.question !== field.title ? `${field.title}: ${field.question}` : field.title;
    return [`${number}${asks}${describe(field)}`, ...formatOptions(field)];
  });
}

export function formatFieldInputs(fields: readonly Field[], token: string): string[] {
  const [first] = fields;
  if (!first) return [];
  const skip = fields.some((field) => !field.required) ? "; `-` leaves an optional one out" : "";
  if (fields.length > 1) {
    const sample = fields.map((field) => `<${field.title}>`).join(" | ");
    return [`\`/cx answer ${token} ${sample}\`: all answers, separated by | or one per line${skip}`];
  }
  return [`\`/cx answer ${token} <${formatExpected(first)}>\`${skip}`];
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

function describe({ type, required }: Field): string {
  const wants = type === "text" || type === "choice" ? [] : [describeType(type)];
  const parts = [...wants, ...(required ? [] : ["optional"])];
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
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

function formatOptions({ options }: Field): string[] {
  return options.map((option, at) => `   ${at + 1} ${option.label}`);
}
