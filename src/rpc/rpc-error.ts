// An error response of the other side, unjudged: what it means is decided in codex/error-meanings.ts.
import { cutText } from "../kit/text.ts";

const maxMessageChars = 500;

export class RpcError extends Error {
  readonly method: string;
  readonly code: number;
  readonly data: unknown;

  /** `message` is cut to 500 characters: the server answers an unknown method with a list of 4 KB. */
  constructor(method: string, code: number, message: string, data: unknown) {
    super(cutText(message, maxMessageChars));
    this.name = "RpcError";
    this.method = method;
    this.code = code;
    this.data = data;
  }
}
