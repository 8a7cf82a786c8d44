// What the machine's operator asks of the process that owns the state directory: one small file in it, written whole or
// not at all, removed when it is done. Whoever may write there may ask.
import { linkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nanoid } from "nanoid";
import { BridgeError } from "../errors.ts";
import { parseJson } from "../kit/json.ts";
import { NotAFileError, readRegularFileSync } from "../kit/regular-file.ts";

export interface OperatorRequest {
  id: string;
  act: "lock" | "unlock";
  by: string;
}

const fileName = "operator.json";

/** Undefined while an earlier one waits. Throws `state-unusable`. */
export function putRequest(
  directory: string,
  request: Omit<OperatorRequest, "id">,
): OperatorRequest | undefined {
  const whole = { id: nanoid(), ...request };
  const draft = join(directory, `${fileName}.${whole.id}`);
  try {
    writeFileSync(draft, JSON.stringify(whole), { mode: 0o600, flag: "wx" });
    linkSync(draft, join(directory, fileName));
    return whole;
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "unknown";
    if (code === "EEXIST") return undefined;
    throw new BridgeError("state-unusable", `${draft}: ${code}`, { directory, reason: code }, thrown);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** "torn": something is there that we did not write. */
export function findRequest(directory: string): OperatorRequest | "torn" | undefined {
  let text: string;
  try {
    text = readRegularFileSync(join(directory, fileName));
  } catch (thrown) {
    return thrown instanceof NotAFileError ? "torn" : undefined;
  }
  try {
    const { id, act, by } = parseJson(text) as Partial<OperatorRequest>;
    const isWhole = typeof id === "string" && typeof by === "string" && (act === "lock" || act === "unlock");
    return isWhole ? { id, act, by } : "torn";
  } catch {
    return "torn";
  }
}

export function removeRequest(directory: string): void {
  rmSync(join(directory, fileName), { force: true });
}
