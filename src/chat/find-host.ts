// Which machine a person means by `--host`.
import { nodeCommands } from "../nodes/command-names.ts";
import type { ChatPlace } from "./chat-services.ts";
import type { Caller } from "./command-call.ts";

/**
 * The gateway's own machine where no other is named. `command`: what a node must be able to do.
 * Throws `node-unknown`, `node-ambiguous`, `node-offline`, `node-not-allowed`.
 */
export async function findHost(
  { services }: Pick<Caller, "services">,
  host: string | undefined,
  command: string = nodeCommands.appServer,
): Promise<ChatPlace> {
  const { places, nodes } = services;
  const isLocal = host === undefined || isCalled(places.local, host);
  return isLocal ? places.local : nodes ? nodes.find(host, command) : places.getByName(host);
}

function isCalled({ id, name }: ChatPlace, host: string): boolean {
  return [id, name, "local", "here"].some((each) => each.toLowerCase() === host.toLowerCase());
}
