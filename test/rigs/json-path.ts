// Looks into JSON whose shape a test is about to check.

/** The value at a path of keys and indexes; undefined where it ends early. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (typeof inner !== "object" || inner === null) return undefined;
    return (inner as Record<string | number, unknown>)[key];
  }, value);
}

/** The string at a path; throws when there is none. */
export function textAt(value: unknown, ...path: (string | number)[]): string {
  const found = at(value, ...path);
  if (typeof found !== "string") throw new Error(`no string at ${path.join(".")}: ${JSON.stringify(value)}`);
  return found;
}
