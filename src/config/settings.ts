// The settings: their names, defaults, limits and descriptions. The manifests and docs/configuration.md are made from this.
import { isAbsolute } from "node:path";
import * as z from "zod";
import { findRefusedArgument } from "./exec-arguments.ts";

const absolutePath = z.string().refine((path) => isAbsolute(path), "must be an absolute path");
const word = z.string().regex(/\S/, "must not be blank");
const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable");

const execArgs = z.array(z.string()).superRefine((args, context) => {
  const refused = findRefusedArgument(args);
  if (refused === undefined) return;
  context.addIssue({
    code: "custom",
    message: `may not hold ${refused.slice(0, 60)}; docs/exec.md lists what it may`,
  });
});

export const settingsSchema = z.strictObject({
  codexBinary: absolutePath.exactOptional().meta({
    title: "Codex program",
    description:
      "Absolute path of the codex program. Unset: the first one on PATH that no turn and no other user can have put there, then the npm package @openai/codex.",
  }),
  codexHome: absolutePath.exactOptional().meta({
    title: "CODEX_HOME",
    description:
      "Absolute path of the Codex home to work in. Unset: CODEX_HOME of the environment, then ~/.codex.",
  }),
  server: z.enum(["auto", "attach", "socket", "stdio", "exec"]).default("auto").meta({
    title: "Server mode",
    description:
      "How Codex is reached. attach: only the shared server of your terminal. socket: a private server that outlives a restart. stdio: a child process, its turns end with it. auto: the first of these that works. exec, never taken by itself: each turn is a `codex exec` of its own.",
  }),
  passEnv: z.array(variableName).default([]).meta({
    title: "Passed variables",
    description:
      "Names of environment variables to hand to a Codex server that we start, besides those of your login shell. Commands that Codex runs can read them.",
  }),
  folder: absolutePath.exactOptional().meta({
    title: "Default folder",
    description: "Absolute path of the folder of new threads. Unset: it is asked for.",
  }),
  model: word
    .exactOptional()
    .meta({ title: "Model", description: "Model of new threads. Unset: Codex decides." }),
  effort: word.exactOptional().meta({
    title: "Reasoning effort",
    description: "Reasoning effort of new threads, e.g. low, medium or high. Unset: Codex decides.",
  }),
  sandbox: z
    .enum(["read-only", "workspace-write", "danger-full-access"])
    .default("workspace-write")
    .meta({ title: "Sandbox", description: "What commands of new threads may write." }),
  approvalPolicy: z
    .enum(["untrusted", "on-request", "never"])
    .default("on-request")
    .meta({ title: "Approvals", description: "When Codex asks in new threads before it does something." }),
  network: z.boolean().default(false).meta({
    title: "Network",
    description: "Whether sandboxed commands of new threads may use the network.",
  }),
  codexCommand: z.enum(["auto", "off"]).default("auto").meta({
    title: "/codex",
    description:
      "Inside OpenClaw, whether `/codex` works like `/cx` where no enabled plugin owns that name. auto: yes; off: never.",
  }),
  maxQueued: z.int().min(1).max(1000).default(20).meta({
    title: "Queue limit",
    description: "How many messages may wait for one thread. One more is refused, saying so.",
  }),
  groupMessages: z.enum(["mentioned", "all"]).default("mentioned").meta({
    title: "Group messages",
    description:
      "Which messages of a bound group become turns. mentioned: those that mention the bot or reply to it. Commands always count.",
  }),
  driverDays: z.int().min(1).max(3650).default(30).meta({
    title: "Drivers: days",
    description: "For how many days `/cx allow` lets somebody write turns, unless it says otherwise.",
  }),
  driverTurnsPerDay: z.int().min(1).max(10_000).default(50).meta({
    title: "Drivers: turns a day",
    description:
      "How many turns somebody let in by `/cx allow` may write within 24 hours, unless it says otherwise. One more waits, and the owner is asked.",
  }),
  quietNoticeSeconds: z.int().min(5).max(86_400).default(60).meta({
    title: "Quiet notice",
    description: "Seconds without a sign of a running turn after which a line says what it is doing.",
  }),
  turnLimitMinutes: z.int().min(1).max(10_080).exactOptional().meta({
    title: "Turn limit",
    description: "Minutes after which a turn is interrupted. Unset: turns may take as long as they need.",
  }),
  keepDays: z.int().min(1).max(3650).default(30).meta({
    title: "Keep for days",
    description:
      "Days after its end for which the record of a message, its turn and its questions is kept, and files that came with it; the words of both sides go as soon as they are delivered. Who decided what (`audit`) is kept 400 days.",
  }),
  execArgs: execArgs.default([]).meta({
    title: "Exec: extra arguments",
    description:
      "More arguments of `codex exec`, before the prompt; docs/exec.md lists those that may be given.",
  }),
  execModels: z.record(word, z.string()).default({ codex: "" }).meta({
    title: "Exec: models",
    description:
      "The models that `codex exec` offers: name → value of its --model; an empty value means no flag. Another name is passed on as it is.",
  }),
  execBypass: z.boolean().default(false).meta({
    title: "Exec: no sandbox (dangerous)",
    description:
      "Dangerous: turns by `codex exec` run without sandbox and without approvals, for machines that are a sandbox themselves.",
  }),
  nodeRoots: z.array(absolutePath).default([]).meta({
    title: "As a node: folders",
    description:
      "Where this machine is an OpenClaw node: absolute paths of the folders below which a gateway may have Codex work. Empty: none.",
  }),
  nodeSandbox: z
    .enum(["read-only", "workspace-write", "danger-full-access"])
    .default("workspace-write")
    .meta({
      title: "As a node: sandbox",
      description: "The most that commands of a gateway's turns may write here.",
    }),
  nodeApprovalPolicy: z.enum(["untrusted", "on-request", "never"]).default("on-request").meta({
    title: "As a node: approvals",
    description: "The least that Codex asks in a gateway's turns here; people of the gateway answer.",
  }),
  nodeNetwork: z.boolean().default(false).meta({
    title: "As a node: network",
    description: "Whether sandboxed commands of a gateway's turns may use the network here.",
  }),
  nodeExec: z.boolean().default(false).meta({
    title: "As a node: exec",
    description:
      "Whether a session is resumed by codex exec for a gateway where no app-server can be had here. It asks nothing, and resumes only sessions whose folder, sandbox and network are those it would use and that ask for nothing themselves.",
  }),
});

export type Settings = z.output<typeof settingsSchema>;
