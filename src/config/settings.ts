// The settings: their names, defaults, limits and descriptions. The manifests and docs/configuration.md are made from this.
import { isAbsolute } from "node:path";
import { z } from "zod";

const absolutePath = z.string().refine((path) => isAbsolute(path), "must be an absolute path");
const word = z.string().regex(/\S/, "must not be blank");
const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable");

export const settingsSchema = z.strictObject({
  codexBinary: absolutePath.exactOptional().meta({
    title: "Codex program",
    description:
      "Absolute path of the codex program. Unset: the first one on PATH, then the npm package @openai/codex.",
  }),
  codexHome: absolutePath.exactOptional().meta({
    title: "CODEX_HOME",
    description:
      "Absolute path of the Codex home to work in. Unset: CODEX_HOME of the environment, then ~/.codex.",
  }),
  server: z.enum(["auto", "attach", "socket", "stdio"]).default("auto").meta({
    title: "Server mode",
    description:
      "How Codex is reached. attach: only the shared server of your terminal. socket: a private server that outlives a restart. stdio: a child process, its turns end with it. auto: the first of these that works.",
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
  maxQueued: z.int().min(1).max(1000).default(20).meta({
    title: "Queue limit",
    description: "How many messages may wait for one thread. One more is refused, saying so.",
  }),
  quietNoticeSeconds: z.int().min(5).max(86_400).default(60).meta({
    title: "Quiet notice",
    description: "Seconds without a sign of a running turn after which a line says what it is doing.",
  }),
  turnLimitMinutes: z.int().min(1).max(10_080).exactOptional().meta({
    title: "Turn limit",
    description: "Minutes after which a turn is interrupted. Unset: turns may take as long as they need.",
  }),
});

export type Settings = z.output<typeof settingsSchema>;
