// What the terminal host says of its own: about itself, the running turn, and leaving. Its `help` is in hosts/terminal.
import type { TurnEvent } from "../codex/turn-events.ts";

export const terminalText = {
  demo: "Demo: replies are canned, by an embedded scripted model; `codex login` for real ones.",
  demoServer:
    "there is no Codex login here, or `--demo` was asked for, and the demo works over stdio only: leave `--server` out",
  hint: "`/cx new` starts a thread here, `/cx sessions` lists those you have, `/cx help` says more.",
  repeated: "(You may have seen this before.)",
  asking: "Asking Codex. The first time it may have to read all its session files; that can take minutes.",
  stopping: "Stopping the turn; Ctrl-C again leaves.",
  nothingRuns: "Nothing runs here; Ctrl-C again leaves.",
  nobodyReads: "Nobody reads the replies any more: those that are left come at the next start.",
} as const;

/** `problem` does not end in a full stop. */
export function formatMisuse(problem: string, command: string): string {
  const sentence = `${problem.charAt(0).toUpperCase()}${problem.slice(1)}${problem.endsWith("?") ? "" : "."}`;
  return `${sentence} \`codex-threads help ${command}\` says more.`;
}

export function formatNoSuchCommand(command: string, nearest: string | undefined): string {
  const hint = nearest === undefined ? "" : ` Did you mean \`${nearest}\`?`;
  return `There is no command \`${command}\`.${hint} \`codex-threads help\` lists them.`;
}

/** What goes on after the person has left; undefined when nothing does. */
export function formatFarewell(running: "attached" | "private" | "stdio" | undefined, waiting: number) {
  const lines = [
    ...(running === undefined ? [] : [turnsAfterwards[running]]),
    ...(waiting === 0 ? [] : [formatWaiting(waiting)]),
  ];
  return lines.length === 0 ? undefined : lines.join("\n");
}

const turnsAfterwards = {
  attached: "The turn goes on in your own Codex server; its reply comes here at the next start.",
  private: "The turn goes on without this terminal; its reply comes at the next start.",
  stdio: "The turn ends with this terminal; the next start says what became of it.",
} as const;

function formatWaiting(count: number): string {
  return count === 1
    ? "1 message waits; it is sent at the next start."
    : `${count} messages wait; they are sent at the next start.`;
}

/** What a turn does right now, for the live line. Empty: it has ended; undefined: no news. */
export function formatLive(event: TurnEvent): string | undefined {
  switch (event.type) {
    case "turn-started":
    case "tool-completed":
      return "thinking";
    case "reasoning":
      return event.text === "" ? "thinking" : event.text;
    case "text-delta":
      return "writing";
    case "tool-started":
      return event.title;
    case "retrying":
      return `trying again: ${event.message}`;
    case "turn-ended":
      return "";
    default:
      return undefined;
  }
}

/** `name`: of a variable with an API key. */
export function formatKeyNotPassed(name: string): string {
  return `${name} is set here, but Codex gets the environment of your login shell, where it is not: add "${name}" to \`passEnv\` in settings.json, export it in your shell's profile, or run \`codex login\`.`;
}
