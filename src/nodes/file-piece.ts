// A piece of a file in the folder of a thread, for the gateway that holds the thread.
import { resolve } from "node:path";
import { BridgeError } from "../errors.ts";
import { findRealPlace, isIn } from "../kit/real-place.ts";
import { NotAFileError, openRegularFile } from "../kit/regular-file.ts";
import type { ParamsOf } from "./method-params.ts";
import { checkThreadFolder, findGiven, type NodeRules } from "./node-rules.ts";

const pieceBytes = 1024 * 1024;

/**
 * At most 1 MiB from `offset`, in base64, with the size of the whole. By real places, so that no link leads out.
 * Throws `node-folder-outside`, `node-refused`, `folder-replaced`.
 */
export async function readFilePiece(
  { path, offset }: ParamsOf<"node/file">,
  cwd: string,
  rules: NodeRules,
): Promise<{ size: number; bytes: string }> {
  const folder = await findRealPlace(await checkThreadFolder(cwd, rules));
  const [given, place] = await Promise.all([findGiven(rules), findRealPlace(resolve(folder.path, path))]);
  if (!isIn(place, folder) || !given.has(place)) {
    throw new BridgeError("node-folder-outside", "the file is outside the thread's folder", { folder: path });
  }
  const refused = () => new BridgeError("node-refused", "not a file", { method: "node/file", field: "path" });
  const file = await openRegularFile(place.path, { followLinks: false }).catch((error: unknown) => {
    throw error instanceof NotAFileError ? refused() : error;
  });
  try {
    const found = await file.stat({ bigint: true });
    // A folder on the way may have become a link since we looked.
    if (place.ids[0] !== `${found.dev}:${found.ino}`) throw refused();
    const size = Number(found.size);
    const piece = Buffer.alloc(Math.min(pieceBytes, Math.max(0, size - offset)));
    const { bytesRead } = await file.read(piece, 0, piece.length, offset);
    return { size, bytes: piece.subarray(0, bytesRead).toString("base64") };
  } finally {
    await file.close();
  }
}
