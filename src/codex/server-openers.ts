// The ways to get a server of a place, as place-servers.ts takes them.

import { attachToPerson, isPersonComing, isPersonListening } from "./person-server.ts";
import type { ServerOpeners } from "./place-servers.ts";
import { openPrivateServer, stopPrivateServer } from "./private-server.ts";
import type { ServerContext } from "./server-context.ts";
import { openStdioServer } from "./stdio-server.ts";

export function buildServerOpeners(context: ServerContext): ServerOpeners {
  return {
    hasSockets: process.platform !== "win32",
    isPersonComing: () => isPersonComing(context),
    isPersonListening: () => isPersonListening(context),
    attach: (signal) => attachToPerson(context, signal),
    openPrivate: (signal) => openPrivateServer(context, signal),
    openStdio: (signal) => openStdioServer(context, signal),
    stopPrivate: (client, ownThreads, patienceMs) =>
      stopPrivateServer(context, client, ownThreads, patienceMs),
  };
}
