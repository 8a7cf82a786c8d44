// Secrets that something names: a variable, a member, a header, a flag, an element, in code and in files of settings.
import { type Assignment, isAssignedSecret, placeholder } from "./secret-look.ts";
import { secretNamePart } from "./secret-names.ts";
import { findTokenEnd, type Shape } from "./secret-shape.ts";
import type { Span } from "./spans.ts";

/** Begins only where a word begins, so that it is linear. */
const name = new RegExp(
  `(?<![A-Za-z0-9_-])(?=[a-z0-9_-]{0,60}?${secretNamePart})-{0,2}[a-z_][a-z0-9_-]{0,80}`,
  "gi",
);
const afterName = /[\s"'`\\=:,>?.+|]/;

const bareEnd = "\\s\"'`,;&<>(){}|\\\\";
/** Few equals signs, so that a row of names is not read again for each of them. */
const bareValue = `(?<secret>(?=[^${bareEnd}]{6})[^${bareEnd}=]{1,400}(?:=[^${bareEnd}=]{0,400}){0,3})`;
const openQuote = "(?<quote>\\\\{0,2}[\"'`])";
const quotedValue = "(?<secret>[^\\s\"'`\\\\]{6,400})(?=\\k<quote>)";
/** A closing quote, a bracket: "key", ['key']. */
const closed = "(?:\\\\{0,2}[\"'`]\\]?)?";
/** `: string`, `: &str`, `: String?`, and the `string` of `var token string`. */
const typed = "(?: {0,4}: {0,4}&?(?:'[a-z]{1,9} )?[\\w.<>|]{1,24}\\??| [\\w.*]{1,16})?";
const sign = "\\s{0,8}(?:=>|:{0,3}={1,2}|[?.+|]{1,2}=|:)\\s{0,8}";
const wrapped = "(?:ConvertTo-SecureString (?:-String )?)?[@$bfru&]{0,2}";
const comma = "[\"'`]\\s{0,4},\\s{0,8}";
const valueMember = "\\\\{0,2}[\"'],?\\s{1,8}\\\\{0,2}[\"']?value\\\\{0,2}[\"']? {0,4}[:=] {0,4}";

/** What may stand between a name and its value, each from the end of the name on. */
const continuations: readonly { how: Assignment; pattern: RegExp }[] = (
  [
    ["plain", `(?<before>=)${bareValue}(?![({])`],
    ["ini", `(?<before> {0,8}= {1,8})${bareValue}(?=\\s{0,8}(?:$|[#\\n]))`],
    ["quoted", `(?<before>${closed}${typed}${sign}${wrapped}${openQuote})${quotedValue}`],
    ["quoted", `(?<before>${comma}${openQuote})${quotedValue}`],
    ["header", `(?<before>${closed}: {1,4})${bareValue.replace("6", "8")}(?![A-Za-z0-9_./(])`],
    ["quoted", `(?<before>${valueMember}${openQuote})${quotedValue}`],
    ["quoted", "(?<before>>\\s{0,8})(?<secret>[^\\s<>]{6,400})(?=\\s{0,8}</)"],
    ["quoted", `(?<before> {1,8}${openQuote})${quotedValue}(?=.{1,3}(?:[;\\n]|$))`],
  ] as const
).map(([how, pattern]) => ({ how, pattern: new RegExp(pattern, "iy") }));

const onlyCovered = /^\uffff*$/;

export function findAssigned(text: string): Span[] {
  return [...text.matchAll(name)].flatMap(({ index, 0: key }) => {
    const found = findValue(text, index + key.length, key);
    return found ? [found] : [];
  });
}

function findValue(text: string, at: number, key: string): Span | undefined {
  if (!afterName.test(text[at] ?? "")) return undefined;
  for (const { how, pattern } of continuations) {
    pattern.lastIndex = at;
    const { before = "", secret = "" } = pattern.exec(text)?.groups ?? {};
    if (secret === "" || onlyCovered.test(secret) || !isAssignedSecret(key, secret, how)) continue;
    const from = at + before.length;
    return [from, findTokenEnd(text, from, from + secret.length)];
  }
  return undefined;
}

const quoted: Shape["accepts"] = (secret, { name: key = "" }) => isAssignedSecret(key, secret, "quoted");

export const assignmentShapes: readonly Shape[] = [
  // --api-key value
  {
    hint: ["-"],
    pattern:
      /(?<before>(?<![\w-])(?<name>--?[a-z][a-z0-9-]{0,40}) {1,4}(?<quote>["']?))(?<secret>[^\s"'`$<-][^\s"'`]{5,400})/gi,
    accepts: quoted,
  },
  {
    hint: ["variable"],
    pattern:
      /(?<before>variable "(?<name>[\w-]{1,80})" \{[^}]{0,200}?default {0,8}= {0,4}")(?<secret>[^\s"]{6,400})(?=")/g,
    accepts: quoted,
  },
  {
    hint: ["env ", "arg "],
    pattern: /(?<before>(?<!\w)(?:ENV|ARG) {1,8}(?<name>\w{1,80}) {1,8}["']?)(?<secret>[^\s"']{6,400})/g,
    accepts: quoted,
  },
  {
    hint: ["identified", "password"],
    pattern: /(?<before>(?:IDENTIFIED (?:WITH \w{1,40} )?BY|PASSWORD) {1,4}')(?<secret>[^'\n]{4,200})(?=')/gi,
    accepts: (secret) => !placeholder.test(secret),
  },
  // In a query and in a connection string a word is a password too.
  {
    hint: ["pass", "pwd"],
    pattern: /(?<before>[?&;](?:password|passwd|pwd|pass)=)(?<secret>[^\s&;#"'`<>]{4,200})/gi,
    accepts: (secret) => !placeholder.test(secret),
  },
];
