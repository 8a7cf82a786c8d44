// Walks plain data (objects, arrays, strings) and replaces its strings. What does not change is not copied.

/** `key` is the name of the object member that holds the text, also through arrays; undefined at the top. */
export type StringMap = (text: string, key: string | undefined) => string;

/**
 * The same data with every string, and every member name, passed through `map`.
 * Values that are not plain objects, arrays or strings are kept as they are.
 */
export function mapStringsDeep<T>(value: T, map: StringMap): T {
  return mapValue(value, map, undefined) as T;
}

function mapValue(value: unknown, map: StringMap, key: string | undefined): unknown {
  if (typeof value === "string") return map(value, key);
  if (Array.isArray(value)) return mapArray(value, map, key);
  if (isPlainObject(value)) return mapObject(value, map);
  return value;
}

function mapArray(values: unknown[], map: StringMap, key: string | undefined): unknown[] {
  let changed = false;
  const mapped = values.map((value) => {
    const result = mapValue(value, map, key);
    changed ||= result !== value;
    return result;
  });
  return changed ? mapped : values;
}

function mapObject(source: Record<string, unknown>, map: StringMap): Record<string, unknown> {
  let changed = false;
  const entries = Object.entries(source).map(([key, value]): [string, unknown] => {
    const mappedKey = map(key, undefined);
    const mapped = mapValue(value, map, key);
    changed ||= mapped !== value || mappedKey !== key;
    return [mappedKey, mapped];
  });
  // fromEntries defines members, so a member named __proto__ stays plain data.
  return changed ? Object.fromEntries(entries) : source;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
