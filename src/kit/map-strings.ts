// Walks plain data (objects, arrays, strings) and replaces its strings. What does not change is not copied. How deeply the
// data is nested does not matter: nothing here calls itself.

/** `key` is the name of the object member that holds the text, also through arrays; undefined at the top. */
export type StringMap = (text: string, key: string | undefined) => string;

/** An object or array whose values are being mapped, one after the other. */
interface Open {
  source: object;
  /** Of an object, in order; undefined for an array. */
  names: string[] | undefined;
  /** The name that strings of an array are known by. */
  key: string | undefined;
  values: unknown[];
  mapped: unknown[];
}

/** Data that holds itself would have no end. */
const mostLevels = 1_000_000;

/**
 * The same data with every string, and every member name, passed through `map`.
 * Values that are not plain objects, arrays or strings are kept as they are. Throws RangeError for data that holds itself.
 */
export function mapStringsDeep<T>(value: T, map: StringMap): T {
  if (typeof value === "string") return map(value, undefined) as T;
  const top = open(value, undefined);
  if (!top) return value;
  const stack = [top];
  for (;;) {
    const here = stack.at(-1) as Open;
    const at = here.mapped.length;
    if (at < here.values.length) {
      const next = here.values[at];
      const key = here.names ? here.names[at] : here.key;
      const inner = open(next, key);
      if (stack.length > mostLevels) throw new RangeError("data without an end");
      if (inner) stack.push(inner);
      else here.mapped.push(typeof next === "string" ? map(next, key) : next);
      continue;
    }
    stack.pop();
    const done = close(here, map);
    const above = stack.at(-1);
    if (!above) return done as T;
    above.mapped.push(done);
  }
}

function open(value: unknown, key: string | undefined): Open | undefined {
  if (Array.isArray(value)) return { source: value, names: undefined, key, values: value, mapped: [] };
  if (!isPlainObject(value)) return undefined;
  return { source: value, names: Object.keys(value), key, values: Object.values(value), mapped: [] };
}

function close({ source, names, values, mapped }: Open, map: StringMap): object {
  const isSame = mapped.every((value, at) => value === values[at]);
  if (!names) return isSame ? source : mapped;
  const mappedNames = names.map((name) => map(name, undefined));
  if (isSame && mappedNames.every((name, at) => name === names[at])) return source;
  // fromEntries defines members, so a member named __proto__ stays plain data.
  return Object.fromEntries(mappedNames.map((name, at) => [name, mapped[at]]));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
