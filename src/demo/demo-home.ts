// The CODEX_HOME of the demo: a folder of our own whose config.toml points at the scripted model.
// It writes only into a folder that is empty or carries our marker, and never through a link.
import { chmod, lstat, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { BridgeError, toBridgeError } from "../errors.ts";

const markerName = ".codex-threads-demo";
const markerText = "This folder belongs to the demo of codex-threads and may be deleted.\n";

/**
 * Creates or refreshes the demo's CODEX_HOME (0700, files 0600) for the model at `modelUrl`; its sessions stay.
 * Throws `folder-not-a-directory` and `folder-forbidden` when something of somebody else is there,
 * `state-unusable` when it cannot be written.
 */
export async function prepareDemoHome(directory: string, modelUrl: string): Promise<{ codexHome: string }> {
  const codexHome = resolve(directory);
  try {
    await mkdir(codexHome, { recursive: true, mode: 0o700 });
    await checkOurs(codexHome);
    await chmod(codexHome, 0o700);
    await replaceFile(codexHome, markerName, markerText);
    await replaceFile(codexHome, "config.toml", formatConfig(modelUrl));
  } catch (error) {
    if (isExists(error)) throw new BridgeError("folder-not-a-directory", `not a folder: ${codexHome}`);
    throw toBridgeError(error, "state-unusable");
  }
  return { codexHome };
}

async function checkOurs(codexHome: string): Promise<void> {
  const found = await lstat(codexHome);
  if (!found.isDirectory()) throw new BridgeError("folder-not-a-directory", `not a folder: ${codexHome}`);
  const names = await readdir(codexHome);
  if (names.length === 0) return;
  const marked = names.includes(markerName) && (await lstat(join(codexHome, markerName))).isFile();
  if (marked) return;
  throw new BridgeError("folder-forbidden", `the demo did not make this folder: ${codexHome}`);
}

/** A rename puts the new file in place of a link, where writing would follow it. */
async function replaceFile(folder: string, name: string, text: string): Promise<void> {
  const fresh = join(folder, `${name}.${process.pid}.new`);
  await rm(fresh, { force: true });
  await writeFile(fresh, text, { mode: 0o600, flag: "wx" });
  await rename(fresh, join(folder, name));
}

function isExists(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EEXIST" || code === "ENOTDIR";
}

function formatConfig(modelUrl: string): string {
  return `# Written at each start of the demo.
model = "scripted-demo"
model_provider = "demo"
check_for_update_on_startup = false

[model_providers.demo]
name = "Scripted demo model"
base_url = ${JSON.stringify(modelUrl)}
wire_api = "responses"

[features]
plugins = false
`;
}
