import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Gateway } from "../../../src/hosts/openclaw/gateway.ts";
import { removeOldFiles, takeMedia } from "../../../src/hosts/openclaw/media.ts";
import { silentLog } from "../../../src/kit/log.ts";

test("files that came with messages go after keepDays [AUD-5a]", async () => {
  const directory = mkdtempSync(join(tmpdir(), "cth-files-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const app = { bindings: { all: () => [{ conversation: "c1" }] } };
  const gateway = { directory, app, log: silentLog } as unknown as Gateway;
  const given = join(directory, "given.txt");
  writeFileSync(given, "words");
  const media = [{ path: given, contentType: "text/plain" }];
  const { files } = await takeMedia(gateway, "c1", { content: "", channel: "c", isGroup: false, media });
  const path = files[0]?.path ?? "";
  const now = Date.UTC(2026, 10, 28);
  const aDayAgo = (now - 24 * 60 * 60_000) / 1000;
  utimesSync(path, aDayAgo, aDayAgo);
  await removeOldFiles(gateway, now, 1);
  expect(existsSync(path)).toBe(true);
  await removeOldFiles(gateway, now + 1, 1);
  expect(existsSync(path)).toBe(false);
});
