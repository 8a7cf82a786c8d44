// What the attacks reach for: files that nobody may get, and an address that nobody may ask.
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bait, baitTypes } from "./attacks.ts";

export interface SetBait extends Bait {
  /** Stands in every file. */
  secret: string;
  countRequests(): number;
  close(): Promise<void>;
}

export async function openBait(): Promise<SetBait> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "bait-")));
  const secret = "what-nobody-may-get-4711";
  for (const type of baitTypes) writeFileSync(join(folder, `bait.${type}`), formatFile(type, secret));
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    response.end("taken");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    ...{ folder, secret, site: `http://127.0.0.1:${port}` },
    countRequests: () => requests,
    close: async () => {
      rmSync(folder, { recursive: true, force: true });
      server.closeAllConnections();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}

/** As far as the host looks at them before it sends one. */
function formatFile(type: string, secret: string): string {
  if (type === "json") return JSON.stringify({ secret });
  return type === "pdf" ? `%PDF-1.4\n${secret}\n%%EOF` : `${secret}\n`;
}
