import { boundedId } from "../identify/index.ts";
import type { Effect, EffectOperation, RecordedCall } from "../model/index.ts";
import { canonical } from "./canonical.ts";
import { type GraphRequest, type Operation, readGraphCall } from "./graph-call.ts";
import { list, members } from "./json.ts";
import { nothing, opaque, plainCall, type What } from "./plain-call.ts";
import { recipientIdOf } from "./recipient.ts";
import { sendPayload } from "./send-payload.ts";

export interface EffectOptions {
  /** The id that a person goes by, of any of theirs (a user id's phone number); an id nobody knows is given back. */
  readonly alias?: (id: string) => string;
  /** What rules say that a call is which is none that the Graph API is known for. */
  readonly class?: "read" | "send" | "write";
}

/** What a call did outside. Never throws: a body that cannot be read counts by its size and hash. */
export function effectOf(call: RecordedCall, options: EffectOptions = {}): Effect {
  const { side, atMs, disposition, traceId, exchange, answer } = call;
  const succeeded = answer !== null && answer.status >= 200 && answer.status < 300;
  const what = call.upstream === "graph" ? graphEffect(call, options) : plainEffect(call, options);
  return { ...what, side, succeeded, atMs, disposition, traceId, exchange };
}

const operations: Readonly<Record<Exclude<Operation, "other">, EffectOperation>> = {
  send: "send",
  // A customer's phone rings.
  call: "send",
  "mark-read": "mark-read",
  typing: "typing",
  "media-upload": "media",
  "media-delete": "media",
  "media-lookup": "read",
  "media-download": "read",
  list: "read",
  "template-create": "write",
  "template-delete": "write",
};

function graphEffect(call: RecordedCall, options: EffectOptions): What {
  const { alias = (id: string): string => id } = options;
  const { method, target, contentType, body } = call;
  const known = { method, path: target, contentType: contentType ?? undefined, body: body ?? Buffer.alloc(0) };
  const request = readGraphCall(known);
  const { operation, kind, phone, fields } = request;
  if (operation === "other")
    return { ...plainCall(call, request.path), operation: options.class ?? classOf(method), kind, phone };
  const what = { ...nothing, operation: operations[operation], kind, phone, produced: producedBy(call, operation) };
  switch (operation) {
    case "send":
    case "call": {
      const { payload, refersTo, ids } = sent(call, request);
      return { ...what, recipient: recipientIdOf(fields, alias), payload, refersTo, ids };
    }
    case "mark-read":
    case "typing": {
      const payload = canonical({ typing_indicator: fields.typing_indicator }) ?? opaque(call);
      return { ...what, refersTo: boundedId(fields.message_id), payload };
    }
    case "media-upload":
      return { ...what, payload: { file: opaque(call) } };
    case "media-delete":
      return { ...what, ids: request.node === null ? [] : [request.node] };
    case "media-lookup":
    case "media-download":
    case "list":
      return what;
    case "template-create":
    case "template-delete":
      return { ...plainCall(call, request.path), operation: "write", kind, phone };
  }
}

function sent(call: RecordedCall, { fields, kind }: GraphRequest): Pick<What, "payload" | "refersTo" | "ids"> {
  const { payload, refersTo, ids } = sendPayload(fields, kind.startsWith("send.") ? kind.slice(5) : kind);
  // A body that is no object, or was not kept, has no fields.
  const unread = payload === undefined || Object.keys(fields).length === 0;
  return { payload: unread ? { body: opaque(call) } : payload, refersTo, ids };
}

function classOf(method: string): "read" | "write" {
  return method === "GET" || method === "HEAD" || method === "OPTIONS" ? "read" : "write";
}

function plainEffect(call: RecordedCall, options: EffectOptions): What {
  const operation = options.class ?? classOf(call.method);
  const path = /^[^?]*/.exec(call.target)?.[0] ?? "";
  return { ...plainCall(call, path), operation, kind: `${operation}.${call.upstream}` };
}

/** The ids that the answer gave out. */
function producedBy({ answer }: RecordedCall, operation: Operation): readonly string[] {
  if (!answer?.body || answer.status >= 300) return [];
  const { id, messages, calls } = members(parsed(answer.body));
  const ids = operation === "media-upload" ? [id] : [...list(messages), ...list(calls)].map((each) => members(each).id);
  return ids.map(boundedId).filter((each) => each !== null);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
