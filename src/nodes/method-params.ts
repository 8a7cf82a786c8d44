// The app-server methods that a gateway may use on a node, with every member that their params may have (0.169.0).
// Anything else is refused here, unread; ceilings and folders are judged by channel-filter.ts.
import * as z from "zod";
import { BridgeError } from "../errors.ts";

const id = z.string().min(1).max(200);
const short = z.string().max(1_000);
const path = z.string().min(1).max(4_096);
const cursor = z.string().max(10_000).optional();
const limit = z.int().min(1).max(200).optional();
const direction = z.enum(["asc", "desc"]).optional();

/** The delay until a thread that nobody follows is unloaded; everything else in `config` is the node's. */
const config = z.strictObject({ thread_unload_delay_secs: z.number().min(0).max(60) }).optional();

const policy = z.union([
  z.strictObject({ type: z.literal("readOnly"), networkAccess: z.boolean().optional() }),
  z.strictObject({
    type: z.literal("workspaceWrite"),
    networkAccess: z.boolean().optional(),
    excludeSlashTmp: z.boolean().optional(),
    excludeTmpdirEnvVar: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal("dangerFullAccess") }),
]);

const policies = {
  approvalPolicy: z.string().max(60).optional(),
  approvalsReviewer: z.literal("user").optional(),
  permissions: z.string().max(60).optional(),
};
const threadPolicies = { ...policies, sandbox: z.string().max(60).optional() };

const words = z.strictObject({
  type: z.literal("text"),
  text: z.string(),
  text_elements: z.array(z.never()).optional(),
});
/** An image of the gateway comes with its bytes; a path of the node would let a gateway show any picture on it. */
const image = z.strictObject({
  type: z.literal("localImage"),
  name: z.string().max(200),
  bytes: z.base64(),
});
const input = z.array(z.union([words, image])).max(100);
export type CarriedInput = z.infer<typeof input>;

export const methodParams = {
  initialize: z.looseObject({}),
  "server/diagnostics": z.strictObject({}),
  "model/list": z.strictObject({ cursor, limit, includeHidden: z.boolean().optional() }),
  "account/read": z.strictObject({}),
  "thread/start": z.strictObject({ cwd: path, model: short.optional(), config, ...threadPolicies }),
  "thread/resume": z.strictObject({ threadId: id, excludeTurns: z.literal(true), config }),
  "thread/fork": z.strictObject({
    threadId: id,
    cwd: path.optional(),
    model: short.optional(),
    lastTurnId: id.optional(),
    beforeTurnId: id.optional(),
    excludeTurns: z.literal(true),
    config,
    ...threadPolicies,
  }),
  "thread/read": z.strictObject({ threadId: id, includeTurns: z.literal(false).optional() }),
  "thread/list": z.strictObject({
    cursor,
    limit,
    cwd: path.optional(),
    archived: z.boolean().optional(),
    searchTerm: short.optional(),
    sortKey: z.enum(["created_at", "updated_at", "recency_at"]).optional(),
    sortDirection: direction,
    sourceKinds: z.array(z.string().max(60)).max(30).optional(),
    /** Without it the server reads every rollout of the machine. */
    useStateDbOnly: z.literal(true),
  }),
  "thread/turns/list": z.strictObject({
    threadId: id,
    cursor,
    limit,
    sortDirection: direction,
    itemsView: z.enum(["summary", "full", "notLoaded"]).optional(),
  }),
  "thread/unsubscribe": z.strictObject({ threadId: id }),
  "thread/name/set": z.strictObject({ threadId: id, name: z.string().max(200) }),
  "thread/backgroundTerminals/list": z.strictObject({ threadId: id, cursor, limit }),
  "thread/backgroundTerminals/terminate": z.strictObject({ threadId: id, processId: id }),
  "turn/start": z.strictObject({
    threadId: id,
    clientUserMessageId: id,
    input,
    cwd: path.optional(),
    model: short.optional(),
    effort: z.string().max(60).optional(),
    sandboxPolicy: policy.optional(),
    ...policies,
  }),
  "turn/steer": z.strictObject({
    threadId: id,
    expectedTurnId: id,
    clientUserMessageId: id.optional(),
    input,
  }),
  "turn/interrupt": z.strictObject({ threadId: id, turnId: id }),
  /** Ours, for what app-server messages cannot say: whether threads may work in a folder; its real path. */
  "node/folder": z.strictObject({ path }),
  /** Ours: a piece of a file in the folder of a thread that the channel holds. */
  "node/file": z.strictObject({ threadId: id, path, offset: z.int().min(0) }),
  /** Ours: a file that came with a message for a thread that the channel holds; where it is kept. */
  "node/keep": z.strictObject({ threadId: id, name: z.string().max(200), bytes: z.base64() }),
} as const;

export type NodeMethod = keyof typeof methodParams;
export type ParamsOf<M extends NodeMethod> = z.infer<(typeof methodParams)[M]>;

/** A call that may be made at all. */
export type NodeCall = { [M in NodeMethod]: { method: M; params: ParamsOf<M> } }[NodeMethod];

/** Throws `node-refused` {method, field?}. */
export function readNodeCall(method: string, params: unknown): NodeCall {
  if (!Object.hasOwn(methodParams, method)) {
    throw new BridgeError("node-refused", `this node does not do ${method.slice(0, 100)} for a gateway`, {
      method: method.slice(0, 100),
    });
  }
  const known = method as NodeMethod;
  const read = methodParams[known].safeParse(params ?? {});
  if (read.success) return { method: known, params: read.data } as NodeCall;
  const [issue] = read.error.issues;
  const names = issue?.code === "unrecognized_keys" ? issue.keys : (issue?.path ?? []);
  const field = names.map(String).join(".").slice(0, 100);
  throw new BridgeError("node-refused", `this node does not take ${field} of ${known} from a gateway`, {
    method: known,
    field,
  });
}
