// OpenClaw's nodes: listed by the runtime, used under the service's own identity, which outlives the request that
// something began in.
import { parseJson } from "../../kit/json.ts";
import type { NodeNetwork } from "../../nodes/node-network.ts";
import type { HostConfig, PluginApi, ServiceContext } from "./sdk.ts";

/** Undefined in a host that gives plugins no way to nodes. */
export function buildGatewayNetwork(
  { runtime }: Pick<PluginApi, "runtime">,
  { invokeNode, openNodeDuplex }: Pick<ServiceContext, "invokeNode" | "openNodeDuplex">,
): NodeNetwork | undefined {
  if (!invokeNode || !openNodeDuplex) return undefined;
  return {
    list: async () => (await runtime.nodes.list()).nodes,
    allowed: () => (runtime.config.current() as HostConfig).gateway?.nodes?.commands?.allow ?? [],
    invoke: async ({ signal, ...call }) =>
      unwrap(await invokeNode({ ...call, ...(signal ? { signal } : {}) })),
    // It may last as long as the plugin does.
    openDuplex: (call) => openNodeDuplex({ ...call, timeoutMs: 0 }),
  };
}

/** Parity S0-64. Throws for malformed JSON. */
function unwrap(answer: unknown): unknown {
  if (typeof answer !== "object" || answer === null) return answer;
  const { payloadJSON, payload } = answer as { payloadJSON?: unknown; payload?: unknown };
  if (typeof payloadJSON === "string" && payloadJSON.trim() !== "") return parseJson(payloadJSON);
  return "payload" in answer ? payload : answer;
}
