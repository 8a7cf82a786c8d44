// What we read of the app-server protocol (seen in 0.169.0), and no more. Unknown fields pass; unknown words become "other".
import * as z from "zod";

const text = z.string();
const optionalText = z.string().nullish();

export const initializeResult = z.looseObject({ userAgent: text, codexHome: text });

/** `active` carries flags; a word we do not know is treated as active: nothing is started on such a thread. */
export const threadStatus = z.looseObject({ type: text, activeFlags: z.array(text).nullish() });

export const threadInfo = z.looseObject({
  id: text,
  preview: optionalText,
  name: optionalText,
  cwd: text,
  path: optionalText,
  /** Seconds since the Unix epoch. */
  createdAt: z.number().nullish(),
  updatedAt: z.number().nullish(),
  status: threadStatus,
  /** A word, or an object for sub-agent threads. */
  source: z.unknown().optional(),
  originator: optionalText,
  ephemeral: z.boolean().nullish(),
  parentThreadId: optionalText,
});
export type ThreadInfo = z.infer<typeof threadInfo>;

export const sandboxPolicy = z.looseObject({ type: text });

/** Answer of thread/start and thread/resume. */
export const threadOpened = z.looseObject({
  thread: threadInfo,
  model: optionalText,
  cwd: text,
  approvalPolicy: z.unknown().optional(),
  sandbox: sandboxPolicy.nullish(),
  reasoningEffort: optionalText,
});
export type ThreadOpened = z.infer<typeof threadOpened>;

export const turnError = z.looseObject({
  message: text,
  codexErrorInfo: z.unknown().optional(),
  additionalDetails: optionalText,
});
export type TurnErrorInfo = z.infer<typeof turnError>;

export const item = z.looseObject({ type: text, id: text });
export type Item = z.infer<typeof item>;

export const turnInfo = z.looseObject({
  id: text,
  status: text,
  items: z.array(item),
  itemsView: optionalText,
  error: turnError.nullish(),
  /** Seconds since the Unix epoch; `completedAt` is null for a turn cut off by the death of its server. */
  startedAt: z.number().nullish(),
  completedAt: z.number().nullish(),
  durationMs: z.number().nullish(),
});
export type TurnInfo = z.infer<typeof turnInfo>;

export const turnStarted = z.looseObject({ turn: turnInfo });
export const turnsPage = z.looseObject({ data: z.array(turnInfo), nextCursor: optionalText });
export const threadsPage = z.looseObject({ data: z.array(threadInfo), nextCursor: optionalText });
export const threadRead = z.looseObject({ thread: threadInfo });

const tokens = z.looseObject({
  totalTokens: z.number().catch(0),
  inputTokens: z.number().catch(0),
  cachedInputTokens: z.number().catch(0),
  outputTokens: z.number().catch(0),
  reasoningOutputTokens: z.number().catch(0),
});
export const tokenUsage = z.looseObject({
  total: tokens,
  last: tokens,
  modelContextWindow: z.number().nullish(),
});

export const threadSettings = z.looseObject({
  cwd: optionalText,
  model: optionalText,
  effort: optionalText,
  approvalPolicy: z.unknown().optional(),
  sandboxPolicy: sandboxPolicy.nullish(),
});

export const account = z.looseObject({
  account: z.unknown().optional(),
  requiresOpenaiAuth: z.boolean().nullish(),
});

export const diagnostics = z.looseObject({
  process: z.looseObject({ id: z.number() }),
  gauges: z.array(z.looseObject({ name: text, value: z.number() })),
});

export const modelsPage = z.looseObject({
  data: z.array(
    z.looseObject({
      model: text,
      hidden: z.boolean().nullish(),
      isDefault: z.boolean().nullish(),
      supportedReasoningEfforts: z.array(z.looseObject({ reasoningEffort: text })).nullish(),
    }),
  ),
  nextCursor: optionalText,
});

export const backgroundTerminals = z.looseObject({
  data: z.array(z.looseObject({ itemId: text, processId: text, command: text })),
  nextCursor: optionalText,
});

/** Text of a user message item, and the id its sender gave it. */
export const userMessageItem = z.looseObject({
  clientId: optionalText,
  content: z.array(z.looseObject({ type: text, text: optionalText })).catch([]),
});

export const agentMessageItem = z.looseObject({ text: z.string().catch(""), phase: optionalText });

/** Changes of a patch. For an added file `diff` is its plain content. */
export const fileChangeItem = z.looseObject({
  changes: z.array(
    z.looseObject({
      path: text,
      diff: z.string().catch(""),
      kind: z.looseObject({ type: text, move_path: optionalText }).catch({ type: "update" }),
    }),
  ),
});

/** A turn's call that starts a sub-agent, or speaks with one. */
export const collabItem = z.looseObject({
  type: z.literal("collabAgentToolCall"),
  tool: text,
  receiverThreadIds: z.array(text),
});

/** The turn that a sub-agent's turn serves, over any number of steps; its own id for every other turn. */
export const subAgentTurn = z.looseObject({ rootTurnId: optionalText });

/** An open object of unknown shape, as server requests carry it. */
export const openObject = z.record(text, z.unknown());
