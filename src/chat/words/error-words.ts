// The one table of what a person reads for each error code, and what they can do next.
import type { ErrorCode } from "../../errors.ts";
import type { ErrorWords } from "./error-entry.ts";
import { callerWords } from "./error-words-caller.ts";
import { execWords } from "./error-words-exec.ts";
import { nodeWords } from "./error-words-nodes.ts";
import { runWords } from "./error-words-runs.ts";
import { serverWords } from "./error-words-server.ts";
import { threadWords } from "./error-words-thread.ts";

export const errorWords: Record<ErrorCode, ErrorWords> = {
  ...serverWords,
  ...threadWords,
  ...callerWords,
  ...execWords,
  ...nodeWords,
  ...runWords,
};
