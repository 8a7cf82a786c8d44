// Waits for something that a foreign process does and that has no event; the test's own deadline stops a hang.
import { setTimeout as nextLook } from "node:timers/promises";

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await nextLook(10);
}
