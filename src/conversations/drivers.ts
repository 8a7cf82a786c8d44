// The people whom an owner lets write: until when, and how many turns a day. What they lose with the right is role-loss.ts.
import type { Settings } from "../config/settings.ts";
import type { Driver } from "../store/rows.ts";
import type { Actor } from "./may.ts";

/** As it stands once it was looked at. */
export type KnownDriver = Driver & Required<Pick<Driver, "until" | "turnsPerDay">>;
export type Person = Pick<Actor, "id" | "userName" | "name">;
export type DriverDefaults = Pick<Settings, "driverDays" | "driverTurnsPerDay">;

export interface DriverLimits {
  /** For how long from now. */
  forMs?: number | undefined;
  turnsPerDay?: number | undefined;
}

export const dayMs = 86_400_000;

/** `old`: what they were allowed before; the turns of the day stay counted. */
export function buildDriver(
  person: Person,
  { forMs, turnsPerDay }: DriverLimits,
  { driverDays, driverTurnsPerDay }: DriverDefaults,
  now: number,
  old: Driver | undefined,
): KnownDriver {
  const isSameDay = old !== undefined && now >= old.dayAt && now - old.dayAt < dayMs;
  return {
    ...person,
    seenAt: now,
    until: now + (forMs ?? driverDays * dayMs),
    turnsPerDay: turnsPerDay ?? driverTurnsPerDay,
    dayAt: isSameDay ? old.dayAt : now,
    turns: isSameDay ? old.turns : 0,
  };
}

/** Time goes on for them, never back. */
export function lookAtDriver(driver: Driver, now: number, defaults: DriverDefaults): KnownDriver {
  const seenAt = Math.max(driver.seenAt, now);
  const { until = seenAt + defaults.driverDays * dayMs, turnsPerDay = defaults.driverTurnsPerDay } = driver;
  const { isDayOver: _, ...open } = driver;
  const day = seenAt - driver.dayAt < dayMs ? driver : { ...open, dayAt: seenAt, turns: 0 };
  return { ...day, seenAt, until, turnsPerDay };
}

export function hasExpired({ seenAt, until }: KnownDriver): boolean {
  return seenAt >= until;
}

/** free: one turn more was counted. over: the owner is asked. day-over: the owner has said no. */
export type Turn = "free" | "over" | "day-over";

export function countTurn(driver: KnownDriver): { driver: KnownDriver; turn: Turn } {
  if (driver.isDayOver) return { driver, turn: "day-over" };
  if (driver.turns >= driver.turnsPerDay) return { driver, turn: "over" };
  return { driver: { ...driver, turns: driver.turns + 1 }, turn: "free" };
}
