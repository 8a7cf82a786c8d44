// JSON text from outside as a value that everything of ours can walk: what is nested too deeply is an error here, at the
// border, and not a full stack somewhere behind it. No other file of src parses JSON.

/** Far above what Codex, hosts and people send, and far below what fills a stack. */
export const deepestLevels = 500;

/** JSON whose values lie in more than 500 others. */
export class TooDeepError extends Error {
  constructor() {
    super(`JSON is nested more than ${deepestLevels} levels deep`);
    this.name = "TooDeepError";
  }
}

/** Throws SyntaxError for what is no JSON, TooDeepError. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // Each level takes two characters at least.
  if (text.length > 2 * deepestLevels && isTooDeep(value)) throw new TooDeepError();
  return value;
}

/** Level by level, so that no depth fills the stack; linear in the number of values. */
function isTooDeep(value: unknown): boolean {
  let level = isContainer(value) ? [value] : [];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === deepestLevels) return true;
    const below: object[] = [];
    for (const container of level) {
      for (const member of Array.isArray(container) ? container : Object.values(container)) {
        if (isContainer(member)) below.push(member);
      }
    }
    level = below;
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
