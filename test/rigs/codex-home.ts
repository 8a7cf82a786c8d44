// A throw-away CODEX_HOME with its own HOME, TMPDIR and work folder, so that a test touches nothing of the person's.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface CodexHomeOptions {
  /** Base URL of the scripted model. */
  modelUrl: string;
  /** TOML lines before any table, e.g. `approval_policy = "never"`. */
  settings?: string;
  /** TOML lines for the provider, e.g. `stream_max_retries = 1`. */
  provider?: string;
  /** TOML lines for `[features]`. */
  features?: string;
  /** Whole TOML tables, e.g. an MCP server. */
  tables?: string;
}

export interface CodexHome {
  codexHome: string;
  home: string;
  workFolder: string;
  /** Everything a codex process needs, and nothing of the environment of the tests but PATH. */
  env: Record<string, string>;
  remove(): void;
}

/** TMPDIR is beside CODEX_HOME, not above it: Codex warns on stderr otherwise. */
export function makeCodexHome(options: CodexHomeOptions): CodexHome {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "cth-")));
  const codexHome = join(base, "codex");
  const home = join(base, "home");
  const workFolder = join(base, "work");
  const temporary = join(base, "tmp");
  for (const folder of [codexHome, home, workFolder, temporary]) mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(codexHome, "config.toml"), formatConfig(options), { mode: 0o600 });
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: home,
    TMPDIR: temporary,
    CODEX_HOME: codexHome,
    LANG: "C.UTF-8",
    TERM: "dumb",
  };
  // A server that was just killed may still be writing: removing is tried again for a moment.
  const remove = () => rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  return { codexHome, home, workFolder, env, remove };
}

function formatConfig(options: CodexHomeOptions): string {
  return `model = "scripted"
model_provider = "scripted"
check_for_update_on_startup = false
${options.settings ?? ""}
[model_providers.scripted]
name = "scripted"
base_url = "${options.modelUrl}"
wire_api = "responses"
${options.provider ?? ""}
[features]
plugins = false
${options.features ?? ""}
${options.tables ?? ""}
`;
}
