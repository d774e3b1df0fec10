import type { Failure } from "../model/index.ts";

/** Errors by which a call ended before the other side could have accepted a byte. */
const unreachable = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
]);

const timeouts = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "ETIMEDOUT", "ESOCKETTIMEDOUT"]);

/** A call that gave no complete answer. */
export class CallError extends Error {
  readonly failure: Failure;
  /** The other side may have seen some of the request: it may have begun to act. */
  readonly began: boolean;

  constructor(failure: Failure, began: boolean, cause?: unknown) {
    super(`Call failed: ${failure}`, { cause });
    this.name = "CallError";
    this.failure = failure;
    this.began = began;
  }

  /** The one funnel for errors of undici and node:http. `began`: the request had started to go out. */
  static from(error: unknown, began: boolean): CallError {
    if (error instanceof CallError) return error;
    return new CallError(failureOf(error, began), began, error);
  }
}

function failureOf(error: unknown, began: boolean): Failure {
  const code = codeOf(error);
  if (!began) return timeouts.has(code) && code !== "ETIMEDOUT" ? "timeout" : "refused";
  if (unreachable.has(code)) return "refused";
  if (timeouts.has(code)) return "timeout";
  // undici's parser names itself but not always its code.
  if (error instanceof Error && error.name === "HTTPParserError") return "bad-answer";
  if (code.startsWith("HPE_") || code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH") return "bad-answer";
  if (code === "UND_ERR_HEADERS_OVERFLOW" || code === "UND_ERR_RESPONSE") return "bad-answer";
  return "reset";
}

function codeOf(error: unknown): string {
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string") {
    return error.code;
  }
  return "";
}
