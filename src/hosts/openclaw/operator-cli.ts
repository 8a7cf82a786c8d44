// `openclaw codex-threads …`: runs in a process of its own, with or without a running gateway, and only where the host
// itself is operated. Registering it opens nothing (OpenClaw 2026.9.6 registers in the modes cli-metadata and discovery).
import { join } from "node:path";
import { type OperatorIo, runAudit, runLock } from "../../chat/operator.ts";
import { operatorHelp } from "../../chat/words/operator-text.ts";
import { pluginCliCommand } from "../../config/manifest.ts";
import { holdProcess, systemClock } from "../../kit/clock.ts";
import { showJson } from "../../kit/visible-json.ts";
import { stateFolder } from "./gateway.ts";
import { renderPlain, renderPlainLine } from "./render/plain.ts";
import type { PluginApi } from "./sdk.ts";

export function registerOperatorCli(api: PluginApi): void {
  const run = async (command: (io: OperatorIo) => number | Promise<number>) => {
    const release = holdProcess();
    try {
      process.exitCode = await command(buildIo(api));
    } finally {
      release();
    }
  };
  api.registerCli(
    ({ program }) => {
      const root = program.command(pluginCliCommand.name).description(pluginCliCommand.description);
      root
        .command("audit")
        .description(operatorHelp.audit)
        .option("--since <when>", operatorHelp.since)
        .option("--json", operatorHelp.json)
        .action(({ since, json }) =>
          run((io) =>
            runAudit({ since: typeof since === "string" ? since : undefined, json: json === true }, io),
          ),
        );
      for (const act of ["lock", "unlock"] as const) {
        root
          .command(act)
          .description(operatorHelp[act])
          .action(() => run((io) => runLock(act, io)));
      }
    },
    { descriptors: [pluginCliCommand] },
  );
}

function buildIo(api: PluginApi): OperatorIo {
  return {
    directory: join(api.runtime.state.resolveStateDir(), stateFolder),
    clock: systemClock,
    print: (blocks) => void process.stdout.write(`${renderPlain(blocks)}\n`),
    printJson: (value) => void process.stdout.write(`${showJson(value, 2)}\n`),
    complain: (line) => void process.stderr.write(`${renderPlainLine(line)}\n`),
  };
}
