// What the terminal host says of its own: about itself, the running turn, and leaving. Its `help` is in hosts/terminal.
import type { TurnEvent } from "../../codex/turn-events.ts";
import { type Block, code, type Line, line, own, says } from "../../kit/blocks.ts";
import { buildProse } from "./turn-text.ts";

export const terminalText = {
  demo: own("Demo: replies are canned, by an embedded scripted model; `codex login` for real ones."),
  demoServer:
    "there is no Codex login here, or `--demo` was asked for, and the demo works over stdio only: leave `--server` out",
  hint: own("`/cx new` starts a thread here, `/cx sessions` lists those you have, `/cx help` says more."),
  repeated: own("(You may have seen this before.)"),
  asking: own(
    "Asking Codex. The first time it may have to read all its session files; that can take minutes.",
  ),
  stopping: own("Stopping the turn; Ctrl-C again leaves."),
  nothingRuns: own("Nothing runs here; Ctrl-C again leaves."),
  nobodyReads: own("Nobody reads the replies any more: those that are left come at the next start."),
} as const;

/** `problem`: with what was typed in it; it does not end in a full stop. */
export function formatMisuse(problem: string, command: string): Line {
  const sentence = `${problem.charAt(0).toUpperCase()}${problem.slice(1)}${problem.endsWith("?") ? "" : "."}`;
  return line`${sentence} ${code(`codex-threads help ${command}`)} says more.`;
}

export function formatNoSuchCommand(command: string, nearest: string | undefined): Line {
  const hint = nearest === undefined ? undefined : line` Did you mean ${code(nearest)}?`;
  return line`There is no command ${code(command)}.${hint} ${code("codex-threads help")} lists them.`;
}

/** What goes on after the person has left; nothing when nothing does. */
export function formatFarewell(
  running: "attached" | "private" | "stdio" | undefined,
  waiting: number,
): Block[] {
  return says(
    running === undefined ? undefined : own(turnsAfterwards[running]),
    waiting === 0 ? undefined : formatWaiting(waiting),
  );
}

const turnsAfterwards = {
  attached: "The turn goes on in your own Codex server; its reply comes here at the next start.",
  private: "The turn goes on without this terminal; its reply comes at the next start.",
  stdio: "The turn ends with this terminal; the next start says what became of it.",
} as const;

function formatWaiting(count: number): Line {
  return count === 1
    ? own("1 message waits; it is sent at the next start.")
    : line`${count} messages wait; they are sent at the next start.`;
}

/** What a turn does right now, for the live line. Empty: it has ended; undefined: no news. */
export function formatLive(event: TurnEvent): Line | undefined {
  switch (event.type) {
    case "turn-started":
    case "tool-completed":
      return own("thinking");
    case "reasoning":
      return event.text === "" ? own("thinking") : [buildProse(event.text)];
    case "text-delta":
      return own("writing");
    case "tool-started":
      return [{ name: event.title }];
    case "retrying":
      return line`trying again: ${event.message}`;
    case "turn-ended":
      return [];
    default:
      return undefined;
  }
}

/** `name`: of a variable with an API key. */
export function formatKeyNotPassed(name: string): Line {
  const setting = line`add "${name}" to ${code("passEnv")} in settings.json`;
  return line`${name} is set here, but Codex gets the environment of your login shell, where it is not: ${setting}, export it in your shell's profile, or run ${code("codex login")}.`;
}
