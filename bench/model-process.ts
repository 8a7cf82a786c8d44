// The scripted model in a process of its own, as a real model is elsewhere: what it does must not count as our time.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { startScriptedModel } from "../src/demo/scripted-model.ts";

export interface ModelProcess {
  url: string;
  close(): Promise<void>;
}

export async function startModelProcess(): Promise<ModelProcess> {
  const child = spawn(process.execPath, [import.meta.filename], { stdio: ["pipe", "pipe", "inherit"] });
  const [url] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const close = async () => {
    const exited = once(child, "exit");
    child.stdin.end();
    await exited;
  };
  return { url, close };
}

if (import.meta.main) {
  const model = await startScriptedModel();
  process.stdout.write(`${model.url}\n`);
  await once(process.stdin.resume(), "end");
  await model.close();
}
