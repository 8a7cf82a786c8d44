// Which CODEX_HOME one run of `codex-threads turn` works in, and the secret home that is projected into it.
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { BridgeError } from "../../errors.ts";
import { expandHome } from "../../kit/expand-home.ts";
import { readVariable } from "./backend.ts";

export interface TurnHome {
  /** Absolute. */
  codexHome: string;
  /** Named by `--codex-home`, and only so: a CODEX_HOME in the environment may be the person's own. */
  isExplicit: boolean;
  /** Absolute; absent: nothing is projected. */
  secretHome?: string;
  /** Homes that belong to the person. */
  personHomes: string[];
}

/** S2-24, S2-D5: option, then the environment, then ~/.codex. Throws `codex-home-missing` when there is no home at all. */
export function findTurnHome(request: {
  codexHome: string | undefined;
  env: Readonly<NodeJS.ProcessEnv>;
  home: string;
  base: string;
}): TurnHome {
  const { env, home, base } = request;
  const usual = home === "" ? undefined : join(home, ".codex");
  const named = request.codexHome ?? readVariable(env, "CODEX_HOME") ?? usual;
  if (named === undefined) throw new BridgeError("codex-home-missing", "there is no home folder");
  const secret =
    readVariable(env, "CODEX_THREADS_SECRET_HOME") ?? readVariable(env, "AGENTRUN_CODEX_SECRET_HOME");
  return {
    codexHome: resolve(base, expandHome(named, home)),
    isExplicit: request.codexHome !== undefined,
    personHomes: usual === undefined ? [] : [usual],
    ...(secret === undefined ? {} : { secretHome: resolve(base, expandHome(secret, home)) }),
  };
}

/** Throws `codex-home-missing`. */
export async function checkTurnHome({ codexHome }: TurnHome): Promise<void> {
  const found = await stat(codexHome).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new BridgeError("codex-home-missing", "no such CODEX_HOME", { folder: codexHome });
  }
}
