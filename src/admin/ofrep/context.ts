import { jsonFault } from "../json-fault.ts";

/** What an evaluation is asked for. */
export interface OfrepContext {
  /** null: none could be identified, which SPEC 3 has an answer for. */
  readonly shopper: string | null;
  /** The version whose answer is wanted; null: the one in force. */
  readonly version: number | null;
}

export interface ContextFault {
  readonly errorCode: "PARSE_ERROR" | "INVALID_CONTEXT";
  readonly errorDetails: string;
}

export type ContextRead =
  | { readonly ok: true; readonly context: OfrepContext }
  | { readonly ok: false; readonly fault: ContextFault };

/** A version, or the header field `x-sombra-flags` as a handler got it. */
const versionForm = /^(?:v=)?(\d{1,15})(?:;|$)/;

export function readContext(body: ArrayBuffer): ContextRead {
  let text = "";
  let request: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    request = JSON.parse(text);
  } catch (error) {
    return { ok: false, fault: { errorCode: "PARSE_ERROR", errorDetails: whereUnread(error, text) } };
  }
  const context = memberOf(request, "context");
  if (typeof context !== "object" || context === null || Array.isArray(context)) {
    return invalid("context must be a JSON object: {} where no shopper is known");
  }
  const shopper = givenIn(context, "targetingKey");
  if (shopper !== null && typeof shopper !== "string") {
    return invalid("context.targetingKey must be the shopper's id as text");
  }
  const version = versionOf(givenIn(context, "sombra.snapshot"));
  if (version === undefined) {
    return invalid(
      'context["sombra.snapshot"] must be a version, such as 12, or the x-sombra-flags that a handler got',
    );
  }
  return { ok: true, context: { shopper, version } };
}

function invalid(errorDetails: string): ContextRead {
  return { ok: false, fault: { errorCode: "INVALID_CONTEXT", errorDetails } };
}

function whereUnread(error: unknown, text: string): string {
  if (!(error instanceof SyntaxError)) return "Body must be JSON in UTF-8: it is not UTF-8";
  if (text.trim() === "") return 'Body must be JSON, such as {"context": {"targetingKey": "…"}}: it is empty';
  const { line, column } = jsonFault(text);
  return `Body must be JSON: it is not from line ${line}, column ${column} on`;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** Null and empty are not given: clients that have none at hand send that. */
function givenIn(context: object, name: string): unknown {
  const value = memberOf(context, name);
  return value === undefined || value === "" ? null : value;
}

/** undefined: no version. */
function versionOf(given: unknown): number | null | undefined {
  if (given === null) return null;
  if (typeof given !== "string" && typeof given !== "number") return undefined;
  const [, digits] = versionForm.exec(String(given)) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
