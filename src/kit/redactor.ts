// The one place where secrets leave a text: first the values that are known, then what has the shape of one.
import { findSecrets } from "./find-secrets.ts";
import { findUnseen } from "./invisible.ts";
import { mapStringsDeep } from "./map-strings.ts";
import { isAssignedSecret, redactedMark } from "./secret-look.ts";
import { joinSpans, replaceSpans, type Span } from "./spans.ts";

const minValueChars = 8;

export class Redactor {
  readonly #forms = new Set<string>();
  #pattern: RegExp | undefined;

  /** `values`: secrets that are known from the start, e.g. keys in the environment. */
  constructor({ values = [] }: { values?: Iterable<string> } = {}) {
    for (const value of values) this.learn(value);
  }

  /** Adds a known secret, also as it is spelled inside JSON and URLs. Shorter than 8 characters: ignored. */
  learn(value: string): void {
    if (value.length < minValueChars || redactedMark.includes(value)) return;
    const seen = replaceSpans(value, joinSpans(findUnseen(value)), () => "");
    for (const form of [value, seen]) {
      if (form.length < minValueChars) continue;
      this.#forms.add(form);
      this.#forms.add(JSON.stringify(form).slice(1, -1));
      this.#forms.add(encodeURIComponent(form.toWellFormed()));
    }
    this.#pattern = undefined;
  }

  /** The text with secrets replaced by `[redacted]`; a second pass changes nothing. */
  redact(text: string): string {
    return replaceSpans(text, this.find(text), () => redactedMark);
  }

  /** The same for every string and member name of plain data; the name of a member helps to recognise its value. */
  redactDeep<T>(value: T): T {
    return mapStringsDeep(value, (text, key) => {
      const redacted = this.redact(text);
      return key !== undefined && isAssignedSecret(key, redacted, "quoted") ? redactedMark : redacted;
    });
  }

  /** Where secrets stand, in order. */
  find(text: string): Span[] {
    if (this.#forms.size > 0) this.#pattern ??= buildPattern(this.#forms);
    return findSecrets(text, this.#pattern);
  }
}

/** Longer forms first, so that a value that begins like another is replaced whole. */
function buildPattern(forms: Iterable<string>): RegExp {
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((form) => escapeForRegExp(form)).join("|"), "g");
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
