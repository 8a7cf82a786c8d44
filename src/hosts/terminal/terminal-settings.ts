// Settings of the terminal host: `settings.json` in its state directory, if there is one.

import { join } from "node:path";
import { parseSettings } from "../../config/parse-settings.ts";
import type { Settings } from "../../config/settings.ts";
import { BridgeError } from "../../errors.ts";
import { parseJson } from "../../kit/json.ts";
import { readRegularFile } from "../../kit/regular-file.ts";

/** `given` wins over what is stored. Throws `settings-invalid`. */
export async function readTerminalSettings(
  stateDirectory: string,
  given: Partial<Record<keyof Settings, unknown>>,
): Promise<Settings> {
  const file = join(stateDirectory, "settings.json");
  const text = await readText(file);
  let stored: unknown;
  try {
    stored = parseJson(text);
  } catch (error) {
    const problems = `${file}: not JSON`;
    throw new BridgeError("settings-invalid", "settings.json is not JSON", { problems, count: 1 }, error);
  }
  if (typeof stored !== "object" || stored === null || Array.isArray(stored)) {
    const problems = `${file}: not an object`;
    throw new BridgeError("settings-invalid", "settings.json is not an object", { problems, count: 1 });
  }
  return parseSettings({ ...stored, ...given });
}

async function readText(file: string): Promise<string> {
  try {
    return (await readRegularFile(file)).toString();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "{}";
    const problems = `${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new BridgeError("settings-invalid", "settings.json cannot be read", { problems, count: 1 }, error);
  }
}
