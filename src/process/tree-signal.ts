// Signals to a child and everything it started: the process group on POSIX, taskkill on Windows.
import { spawn } from "node:child_process";

/** The command that ends a process and its descendants on Windows, which has no groups and no polite signal. */
export function buildTreeKillCommand(pid: number): { command: string; args: string[] } {
  return { command: "taskkill", args: ["/PID", String(pid), "/T", "/F"] };
}

/**
 * Sends `signal` to the group that `pid` leads. On Windows only SIGKILL does something. A group that is gone is fine.
 */
export function signalTree(
  pid: number,
  signal: "SIGTERM" | "SIGKILL",
  platform: NodeJS.Platform = process.platform,
): void {
  if (platform === "win32") {
    if (signal === "SIGTERM") return;
    const { command, args } = buildTreeKillCommand(pid);
    spawn(command, args, { stdio: "ignore", windowsHide: true }).on("error", () => {});
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: nothing is left of the group. EPERM (macOS): only zombies are.
  }
}
