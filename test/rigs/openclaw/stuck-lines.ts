// What the gateway's log says when it takes a session for one that does not get on (OpenClaw 2026.9.6).
const stuckWords =
  /stuck session|stalled session|long-running session|abort_embedded|stopped making progress/i;

export function readStuckLines(log: string): { at: number; line: string }[] {
  return log
    .split("\n")
    .filter((line) => stuckWords.test(line))
    .map((line) => {
      const { time, message } = JSON.parse(line) as { time: string; message: string };
      return { at: Date.parse(time), line: message };
    });
}
