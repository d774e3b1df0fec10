import { boundedId } from "../identify/index.ts";
import { parseMarked } from "../lib/exact-text.ts";
import { remembered } from "../lib/remembered.ts";
import { type JsonObject, members } from "./json.ts";

/** A request to the Graph API, as received. */
export interface GraphCall {
  readonly method: string;
  /** Target below the API's base URL: `/v23.0/<phone number id>/messages`, with or without a query. */
  readonly path: string;
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
}

export type Operation =
  | "send"
  | "mark-read"
  | "typing"
  | "call"
  | "media-upload"
  | "media-lookup"
  | "media-download"
  | "media-delete"
  | "template-create"
  | "template-delete"
  | "list"
  | "other";

/** What a call asks for. */
export interface GraphRequest {
  readonly operation: Operation;
  /** A bounded word: the operation, for sends with the type (`send.text`). */
  readonly kind: string;
  /** The media id of a lookup, a download or a deletion. */
  readonly node: string | null;
  /** The business's phone number id a post is made to. */
  readonly phone: string | null;
  /** Path without the version of the API and the query. */
  readonly path: string;
  readonly fields: JsonObject;
}

/** Where the answer to a media lookup sends the caller: below the same base URL, so that its token goes nowhere else. */
export const mediaFolder = "media-files";

const sendTypes: ReadonlySet<string> = new Set([
  "audio",
  "contacts",
  "document",
  "image",
  "interactive",
  "location",
  "reaction",
  "sticker",
  "template",
  "text",
  "video",
]);

/** What a path without a query names. */
interface Place {
  readonly node: string;
  readonly edge: string | undefined;
  /** The path without the version. */
  readonly below: string;
}

function placeOf(path: string): Place {
  const segments = path.split("/").filter((segment) => segment !== "");
  // Not every client names the version.
  if (/^v\d+(\.\d+)?$/.test(segments[0] ?? "")) segments.shift();
  const [node = "", edge] = segments;
  return { node, edge, below: `/${segments.join("/")}` };
}

/** A business posts to the same few paths all the time. */
const postPlaceOf = remembered(placeOf, 1_000);
const maxRememberedChars = 200;

export function readGraphCall(call: GraphCall): GraphRequest {
  const mark = call.path.indexOf("?");
  const path = mark < 0 ? call.path : call.path.slice(0, mark);
  // A key cut from a longer target would keep all of it, and what its query bears.
  const isUsual = call.method === "POST" && mark < 0 && path.length <= maxRememberedChars;
  const { node, edge, below } = isUsual ? postPlaceOf(path) : placeOf(path);
  const request = (operation: Operation): GraphRequest => ({
    operation,
    kind: operation,
    node,
    phone: null,
    path: below,
    fields: {},
  });
  switch (call.method) {
    case "POST":
      // 360dialog names no phone number: the edge comes alone.
      return { ...readPost(call, edge ?? node), node, phone: edge === undefined ? null : boundedId(node), path: below };
    case "DELETE":
      if (edge === "message_templates") return request("template-delete");
      return request(edge === undefined && /^\d+$/.test(node) ? "media-delete" : "other");
    case "GET":
      if (node === mediaFolder && edge !== undefined) return { ...request("media-download"), node: edge };
      if (edge !== undefined) return request("list");
      return request(/^\d+$/.test(node) && !/[?&]fields=/.test(call.path) ? "media-lookup" : "other");
    default:
      return request("other");
  }
}

const uploadPath = /^\/(?:v\d+(?:\.\d+)?\/)?(?:[^/?]+\/)?media\/?(?:\?|$)/;
const fileType = /^(?:multipart\/form-data|image\/|audio\/|video\/|application\/octet-stream|application\/pdf)/i;
/** The Graph API takes another method, and other calls altogether, from a query. */
const overriding = /[?&;](?:_?method|batch)(?:=|\[|&|$)/i;

/** Whether a call does nothing but upload a file, which no customer sees. Told by its head; whatever looks otherwise does not. */
export function isMediaUpload({ method, path, contentType }: Omit<GraphCall, "body">): boolean {
  const isFile = fileType.test(contentType?.trimStart() ?? "");
  // A name that is written in escapes is none of those that uploads have.
  return method === "POST" && isFile && uploadPath.test(path) && !overriding.test(path) && !path.includes("%");
}

function readPost(call: GraphCall, edge: string): Pick<GraphRequest, "operation" | "kind" | "fields"> {
  const request = (operation: Operation, fields: JsonObject = {}) => ({ operation, kind: operation, fields });
  switch (edge) {
    case "media":
      return request("media-upload");
    case "calls":
      return request("call", readFields(call));
    case "message_templates":
      return request("template-create", readFields(call));
    case "messages":
    case "marketing_messages": {
      const fields = readFields(call);
      // Read marks and typing share the endpoint of sends.
      if (fields.status === "read") {
        return request(fields.typing_indicator === undefined ? "mark-read" : "typing", fields);
      }
      return { ...request("send", fields), kind: `send.${sendType(fields)}` };
    }
    default:
      return request("other");
  }
}

/** The type is `text` by default; some clients leave it out beside the member that tells it. */
function sendType(fields: JsonObject): string {
  if (typeof fields.type === "string") return sendTypes.has(fields.type) ? fields.type : "other";
  for (const type of sendTypes) if (fields[type] !== undefined) return type;
  return "text";
}

function readFields({ contentType = "", body }: GraphCall): JsonObject {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
  if (contentType.startsWith("application/x-www-form-urlencoded")) return readForm(text);
  try {
    return members(parseMarked(text));
  } catch {
    return {};
  }
}

/** The Graph API takes forms whose objects are JSON text. */
function readForm(text: string): JsonObject {
  const fields = [...new URLSearchParams(text)].map(([name, value]): [string, unknown] => {
    if (!value.startsWith("{") && !value.startsWith("[")) return [name, value];
    try {
      return [name, parseMarked(value)];
    } catch {
      return [name, value];
    }
  });
  return Object.fromEntries(fields);
}

/** Whom a send goes to: `to` is a number or a group, `recipient` a business-scoped user id; `to` counts where both are. */
export function recipientOf(fields: JsonObject): { readonly by: "to" | "recipient"; readonly id: string } | null {
  const number = boundedId(fields.to);
  if (number !== null) return { by: "to", id: number };
  const userId = boundedId(fields.recipient);
  return userId === null ? null : { by: "recipient", id: userId };
}
