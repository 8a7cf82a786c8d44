// `codex-threads create`: starts a run and prints its name, and nothing else, on stdout.
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { formatCreated } from "../../chat/words/run-text.ts";
import { checkNewFolder } from "../../conversations/folder.ts";
import { line, says } from "../../kit/blocks.ts";
import { expandHome } from "../../kit/expand-home.ts";
import { buildRunSettings } from "../../runs/run-settings.ts";
import { type CreateArgs, parseCreateArgs } from "./run-args.ts";
import { type RunIo, type RunShell, runRunCommand } from "./run-command.ts";
import { checkPrompt } from "./turn-args.ts";
import { checkTurnHome } from "./turn-home.ts";

export function runCreateCommand(argv: readonly string[], io: RunIo): Promise<number> {
  return runRunCommand("create", argv, io, { parse: parseCreateArgs, run: create });
}

async function create(args: CreateArgs, shell: RunShell): Promise<void> {
  const { runs, settings, codexHome, home, stateDirectory, io, left, print, note } = shell;
  const base = process.cwd();
  const prompt = args.prompt === "-" ? await readAll(io.stdin) : args.prompt;
  const text = prompt === undefined ? undefined : checkPrompt(prompt);
  await checkTurnHome({ codexHome, isExplicit: false, personHomes: [] });
  const cwd = await checkNewFolder(args.cwd ?? base, { home, codexHome, stateDirectory, base });
  const images = args.images.map((path) => resolve(base, expandHome(path, home)));
  const run = await runs.create(
    {
      kind: args.kind,
      codexHome,
      cwd,
      settings: buildRunSettings(settings, args),
      network: settings.network,
      ...(args.name === undefined ? {} : { name: args.name }),
      ...(text === undefined ? {} : { input: { text, images } }),
    },
    left,
  );
  print(says(line`${run.name}`));
  note(formatCreated(run));
}

async function readAll(stdin: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
