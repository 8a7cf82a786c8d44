// Which extra arguments of `codex exec` the setting `execArgs` may name: an allow-list, because every other one is ours
// to say, or could bring back rights that the settings do not give (0.169.0).

const plain: ReadonlySet<string> = new Set(["--oss", "--strict-config"]);
const withValue: ReadonlySet<string> = new Set([
  ...["--enable", "--disable", "--local-provider", "--output-schema", "--thread-source", "-c", "--config"],
]);
/** First parts of configuration names that carry sandbox, approvals, trust or whole sets of settings. */
const policyNames =
  /^(approval|sandbox|permission|default_permission|profile|project|trust|danger|bypass|hook|notify)/;

/** The first argument that may not be there; undefined when all may. */
export function findRefusedArgument(args: readonly string[]): string | undefined {
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] ?? "";
    if (plain.has(argument)) continue;
    const { name, value = args[++at] } = splitArgument(argument);
    if (!withValue.has(name) || value === undefined) return argument;
    const isConfig = name === "-c" || name === "--config";
    if (value.startsWith("-") || (isConfig && policyNames.test(readConfigName(value)))) {
      return `${name} ${value}`;
    }
  }
  return undefined;
}

/** `--name=value`; `-cvalue` is not taken apart, and so refused. */
function splitArgument(argument: string): { name: string; value?: string } {
  const equals = argument.startsWith("--") ? argument.indexOf("=") : -1;
  if (equals < 0) return { name: argument };
  return { name: argument.slice(0, equals), value: argument.slice(equals + 1) };
}

/** Without the quotes and blanks that TOML lets a key have. */
function readConfigName(value: string): string {
  return (value.split("=")[0] ?? "").replace(/["'\s]/g, "").toLowerCase();
}
