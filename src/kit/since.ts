// A point in the past as people type it: how long ago, or when.

const units: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
const ago = /^(\d{1,6})([mhdw])$/;
const date = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?)?$/;

/** Milliseconds since the Unix epoch; without a zone it is the time of this machine. Undefined: neither, or no such day. */
export function parseSince(text: string, now: number): number | undefined {
  const [, amount = "", unit = ""] = ago.exec(text) ?? [];
  const unitMs = units[unit];
  if (unitMs !== undefined) return Math.max(0, now - Number(amount) * unitMs);
  const [, day, time = "00:00", zone = ""] = date.exec(text) ?? [];
  if (day === undefined) return undefined;
  // A day that a month does not have would become one of the next.
  const isDay = new Date(`${day}T00:00Z`).toJSON()?.startsWith(day) === true;
  const at = new Date(`${day}T${time}${zone}`).getTime();
  return isDay && !Number.isNaN(at) ? at : undefined;
}
