// The machine and the user of this process: what somebody must know who has to install something there, or sign in.
import { hostname, userInfo } from "node:os";

export interface ThisMachine {
  machine: string;
  user: string;
}

export function readThisMachine(): ThisMachine {
  return { machine: hostname(), user: readUser() };
}

/** A user without an entry in the system's list has a number only. */
function readUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "");
  }
}
