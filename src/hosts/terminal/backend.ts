// Whose Codex the terminal host works with: the person's, or, where there is no login and no provider, the demo.

import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { prepareDemoHome } from "../../demo/demo-home.ts";
import { startScriptedModel } from "../../demo/scripted-model.ts";
import { BridgeError } from "../../errors.ts";
import { readRegularFile } from "../../kit/regular-file.ts";
import { buildUserDirectory } from "../../process/user-directory.ts";

export interface Backend {
  codexHome: string;
  stateDirectory: string;
  isDemo: boolean;
  /** Name of an API key that is in our environment, while a server that we start would not get it. */
  keyNotPassed?: string;
  close(): Promise<void>;
}

export interface BackendRequest {
  demo: boolean;
  /** Given by option or setting. */
  codexHome?: string;
  /** Of the terminal host; the demo has its own below it. */
  stateDirectory: string;
  home: string;
  env: Readonly<NodeJS.ProcessEnv>;
  /** What a server that we start would get: the environment of the login shell, and `passEnv`. */
  readServerEnv(): Promise<Readonly<Record<string, string>>>;
}

const keyNames = ["OPENAI_API_KEY", "CODEX_API_KEY"];

/** Throws `codex-home-missing` for a CODEX_HOME that was asked for and is not there; demo: see demo/demo-home.ts. */
export async function openBackend(request: BackendRequest): Promise<Backend> {
  const { stateDirectory } = request;
  const asked = request.codexHome ?? readFolder(request.env, "CODEX_HOME");
  const codexHome = asked ?? join(request.home, ".codex");
  if (asked !== undefined && !request.demo && !(await isFolder(asked))) {
    throw new BridgeError("codex-home-missing", "no such CODEX_HOME", { folder: asked });
  }
  const demoDirectory = join(stateDirectory, "demo");
  if (request.demo) return openDemo(demoDirectory);
  if (!(await hasLogin(codexHome)) && !findKey(await request.readServerEnv())) {
    const keyNotPassed = findKey(request.env);
    return { ...(await openDemo(demoDirectory)), ...(keyNotPassed ? { keyNotPassed } : {}) };
  }
  return { codexHome, stateDirectory, isDemo: false, close: async () => {} };
}

async function openDemo(directory: string): Promise<Backend> {
  const model = await startScriptedModel();
  try {
    const { codexHome } = await prepareDemoHome(join(directory, "codex-home"), model.url);
    return { codexHome, stateDirectory: join(directory, "state"), isDemo: true, close: () => model.close() };
  } catch (error) {
    await model.close();
    throw error;
  }
}

/** Absolute: where the terminal host keeps its state and settings, whether or not it is there. */
export function buildStateDirectory(request: {
  /** Given by option. */
  stateDirectory?: string;
  env: Readonly<NodeJS.ProcessEnv>;
  home: string;
}): string {
  const { stateDirectory, env, home } = request;
  const given = stateDirectory ?? readFolder(env, "CODEX_THREADS_STATE_DIR");
  if (given !== undefined) return given;
  return join(buildUserDirectory(env, home), "terminal");
}

/** Looks at files only: asking Codex would start a server in the person's home. */
async function hasLogin(codexHome: string): Promise<boolean> {
  if (await stat(join(codexHome, "auth.json")).catch(() => undefined)) return true;
  const config = await readRegularFile(join(codexHome, "config.toml")).catch(() => "");
  return /^\s*(model_provider|profile|cli_auth_credentials_store|forced_login_method)\s*=/m.test(
    config.toString(),
  );
}

function findKey(env: Readonly<NodeJS.ProcessEnv>): string | undefined {
  return keyNames.find((name) => readVariable(env, name) !== undefined);
}

/** Trimmed; a blank one is none. */
export function readVariable(env: Readonly<NodeJS.ProcessEnv>, name: string): string | undefined {
  const value = env[name]?.trim();
  return value ? value : undefined;
}

function readFolder(env: Readonly<NodeJS.ProcessEnv>, name: string): string | undefined {
  const folder = readVariable(env, name);
  return folder === undefined ? undefined : resolve(folder);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
