// A piece of a file in the folder of a thread, for the gateway that holds the thread.
import { open, realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { BridgeError } from "../errors.ts";
import type { ParamsOf } from "./method-params.ts";
import { isBelowRoots, isInside, type NodeRules } from "./node-rules.ts";

const pieceBytes = 1024 * 1024;

/**
 * At most 1 MiB from `offset`, in base64, with the size of the whole. By real paths, so that no link leads out.
 * Throws `node-folder-outside`, `node-refused`.
 */
export async function readFilePiece(
  { path, offset }: ParamsOf<"node/file">,
  cwd: string,
  rules: NodeRules,
): Promise<{ size: number; bytes: string }> {
  const folder = await realpath(cwd);
  const asked = resolve(folder, path);
  const real = await realpath(asked).catch(() => asked);
  if (!isInside(real, folder) || !(await isBelowRoots(real, rules))) {
    throw new BridgeError("node-folder-outside", "the file is outside the thread's folder", { folder: path });
  }
  const file = await open(real, "r");
  try {
    const found = await file.stat();
    if (!found.isFile()) {
      throw new BridgeError("node-refused", "not a file", { method: "node/file", field: "path" });
    }
    const piece = Buffer.alloc(Math.min(pieceBytes, Math.max(0, found.size - offset)));
    const { bytesRead } = await file.read(piece, 0, piece.length, offset);
    return { size: found.size, bytes: piece.subarray(0, bytesRead).toString("base64") };
  } finally {
    await file.close();
  }
}
