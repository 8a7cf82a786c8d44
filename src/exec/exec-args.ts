// The command line of one `codex exec` (0.169.0). Sandbox, network and approvals are always said, never left to
// config.toml; options stand before `resume`, which knows hardly any; the prompt comes by stdin.
import type { SandboxMode } from "../store/rows.ts";

/** What the settings say about every turn by exec. */
export interface ExecPolicy {
  sandbox: SandboxMode;
  /** Whether sandboxed commands may use the network. */
  network: boolean;
  /** Neither sandbox nor approvals: only ever by the owner's own setting. */
  bypass: boolean;
  /** Extra arguments; config/exec-arguments.ts has refused what would change the policy. */
  args: readonly string[];
  /** Advertised model → value of `--model`; empty: no flag. */
  models: Readonly<Record<string, string>>;
}

export interface ExecArgsRequest {
  policy: ExecPolicy;
  /** A full id; absent: a new thread. */
  threadId?: string;
  /** A name of `policy.models`, or any other name, which is passed as it is. */
  model?: string;
  effort?: string;
  /** Absolute paths of image files. */
  images?: readonly string[];
}

export function buildExecArgs({ policy, threadId, model, effort, images = [] }: ExecArgsRequest): string[] {
  const value = model === undefined ? "" : (findOwn(policy.models, model) ?? model);
  return [
    ...["exec", "--json", "--skip-git-repo-check"],
    ...buildPolicyArgs(policy),
    ...(value === "" ? [] : ["--model", value]),
    // A JSON text is a TOML text too.
    ...(effort === undefined ? [] : ["-c", `model_reasoning_effort=${JSON.stringify(effort)}`]),
    ...policy.args,
    ...(threadId === undefined ? [] : ["resume"]),
    // `--image` takes as many words as there are, so each is joined to its own.
    ...images.map((path) => `--image=${path}`),
    ...(threadId === undefined ? [] : [threadId]),
    "-",
  ];
}

/** Nobody can be asked in an exec: what the sandbox forbids fails. */
function buildPolicyArgs({ sandbox, network, bypass }: ExecPolicy): string[] {
  if (bypass) return ["--dangerously-bypass-approvals-and-sandbox"];
  return [
    ...["--sandbox", sandbox, "-c", 'approval_policy="never"'],
    ...["-c", `sandbox_workspace_write.network_access=${network}`],
  ];
}

function findOwn(map: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}
