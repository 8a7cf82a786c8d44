// Pipes, links and folders where a file is expected, at each place that reads a file whose name comes from outside.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readKnownSecrets } from "../../../src/codex/login-secrets.ts";
import { checkInput } from "../../../src/codex/turns.ts";
import { readStoredThread } from "../../../src/exec/stored-thread.ts";
import type { Gateway } from "../../../src/hosts/openclaw/gateway.ts";
import { takeMedia } from "../../../src/hosts/openclaw/media.ts";
import type { ClaimEvent } from "../../../src/hosts/openclaw/sdk.ts";
import { readTerminalSettings } from "../../../src/hosts/terminal/terminal-settings.ts";
import { silentLog } from "../../../src/kit/log.ts";
import { openRegularFile, readRegularFile, readRegularFileSync } from "../../../src/kit/regular-file.ts";
import { ImageCarrier } from "../../../src/nodes/image-carrier.ts";
import { carryFileToNode, type NodePlace } from "../../../src/nodes/node-places.ts";
import { findShim } from "../../../src/process/vendor-binary.ts";
import { createMemoryPair } from "../../rigs/memory-transport.ts";
import { until } from "../../rigs/until.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Nobody writes into it: whoever opens it as a file waits for ever. */
function makePipe(...names: string[]): string {
  const path = join(folder, ...names);
  mkdirSync(join(path, ".."), { recursive: true });
  execFileSync("mkfifo", [path]);
  return path;
}

describe("a file is opened without waiting, and only as a regular file [BORD-3a]", () => {
  test("pipes, devices and folders are errors, also behind a link; links only where they may be followed", async () => {
    const pipe = makePipe("pipe");
    symlinkSync(pipe, join(folder, "to-pipe"));
    const notAFile = { code: "ENOTFILE" };
    for (const path of [pipe, join(folder, "to-pipe"), folder, "/dev/zero"]) {
      await expect(openRegularFile(path)).rejects.toMatchObject(notAFile);
      await expect(readRegularFile(path)).rejects.toMatchObject(notAFile);
      expect(() => readRegularFileSync(path)).toThrow(expect.objectContaining(notAFile));
    }
    writeFileSync(join(folder, "file"), "words");
    symlinkSync(join(folder, "file"), join(folder, "link"));
    expect(readRegularFileSync(join(folder, "link"))).toBe("words");
    expect((await readRegularFile(join(folder, "file"))).toString()).toBe("words");
    await expect(readRegularFile(join(folder, "link"), { followLinks: false })).rejects.toThrow("ELOOP");
  });

  test("an image of a turn, here and on its way to a node", async () => {
    const pipe = makePipe("a.png");
    await expect(checkInput({ text: "", images: [pipe] })).rejects.toMatchObject({
      code: "image-unreadable",
    });
    const [ours] = createMemoryPair();
    const carrier = new ImageCarrier(ours);
    const answers: string[] = [];
    carrier.onMessage((text) => answers.push(text));
    carrier.send(
      JSON.stringify({
        id: 1,
        method: "turn/start",
        params: { input: [{ type: "localImage", path: pipe }] },
      }),
    );
    await until(() => answers.length > 0);
    expect(JSON.parse(answers[0] ?? "")).toMatchObject({
      error: { data: { bridgeCode: "image-unreadable", details: { path: "a.png" } } },
    });
  });

  test("a file for a node", async () => {
    const carried = carryFileToNode({} as NodePlace, { threadId: "t", path: makePipe("a.csv") });
    await expect(carried).rejects.toMatchObject({ code: "file-unreadable", details: { path: "a.csv" } });
  });

  test("what the host has staged; what is taken is a file of ours that only we can read", async () => {
    const gateway = { directory: join(folder, "state"), log: silentLog } as unknown as Gateway;
    const good = join(folder, "b.txt");
    writeFileSync(good, "words");
    const media = [{ path: makePipe("a.png") }, { path: good, contentType: "text/plain" }, { path: folder }];
    const taken = await takeMedia(gateway, "conversation", { media } as unknown as ClaimEvent);
    expect(taken.lost.map(({ why }) => why)).toEqual(["unreadable", "unreadable"]);
    const [file] = taken.files;
    expect(file).toMatchObject({ bytes: 5, name: "b.txt" });
    expect(readFileSync(file?.path ?? "", "utf8")).toBe("words");
    expect(statSync(file?.path ?? "").mode & 0o777).toBe(0o600);
  });

  test.each([".jsonl", ".jsonl.zst"])("a rollout%s that is a pipe", async (ending) => {
    const id = "0199a1b2-0000-7000-8000-000000000001";
    const name = `rollout-2026-01-01T00-00-00-${id}${ending}`;
    const signal = new AbortController().signal;
    makePipe("sessions", "2026", "01", "01", name);
    expect(await readStoredThread(folder, id, signal)).toBe(undefined);
  });

  test("settings, a login, a script that should be codex", async () => {
    makePipe("settings.json");
    await expect(readTerminalSettings(folder, {})).rejects.toMatchObject({ code: "settings-invalid" });
    makePipe("auth.json");
    expect(readKnownSecrets({}, folder)).toEqual([]);
    expect(findShim(makePipe("codex"))).toBe(undefined);
  });
});
