import { createHash } from "node:crypto";
import {
  type GraphCall,
  type GraphRequest,
  mediaFolder,
  type Operation,
  readGraphCall,
  recipientOf,
} from "./graph-call.ts";

/** An answer in the Graph API's shape. */
export interface GraphAnswer {
  readonly status: number;
  /** Name, value, name, value. Without the length, which whoever writes the answer knows best. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly operation: Operation;
  /** A bounded word: the operation, for sends with the type (`send.text`). */
  readonly kind: string;
}

/** The ids an answer gives out. */
interface GraphIds {
  /** A message to this number or user id. */
  message(recipient: string): string;
  call(): string;
  media(): string;
  template(): string;
  /** The address of a media file. */
  mediaUrl(id: string): string;
}

/** What the Graph API says when all is well. */
export function graphAnswer(call: GraphCall, ids: GraphIds): GraphAnswer {
  const request = readGraphCall(call);
  const { operation, kind } = request;
  if (operation === "media-download") {
    return { status: 200, headers: ["content-type", mediaType], body: mediaFile(request.node ?? ""), operation, kind };
  }
  const body = Buffer.from(JSON.stringify(success(request, ids)));
  return { status: 200, headers: ["content-type", "application/json; charset=UTF-8"], body, operation, kind };
}

function success(request: GraphRequest, ids: GraphIds): object {
  switch (request.operation) {
    case "send":
      return sent(request, ids);
    case "call":
      return request.fields.action === "connect"
        ? { messaging_product: "whatsapp", calls: [{ id: ids.call() }], success: true }
        : { messaging_product: "whatsapp", success: true };
    case "media-upload":
      return { id: ids.media() };
    case "template-create":
      return { id: ids.template(), status: "PENDING", category: request.fields.category ?? "UTILITY" };
    case "media-lookup":
      return media(request.node ?? "", ids);
    case "list":
      return { data: [] };
    case "mark-read":
    case "typing":
    case "media-download":
    case "media-delete":
    case "template-delete":
    case "other":
      return { success: true };
  }
}

function sent({ fields, kind }: GraphRequest, ids: GraphIds): object {
  const recipient = recipientOf(fields);
  const message = { id: ids.message(recipient?.id ?? "") };
  return {
    messaging_product: "whatsapp",
    contacts: recipient === null ? [] : [contact(recipient, fields.recipient_type === "group")],
    messages: [kind === "send.template" ? { ...message, message_status: "accepted" } : message],
  };
}

/** `wa_id` stands for a number, `user_id` for a user id; a group has neither. */
function contact({ by, id }: { readonly by: "to" | "recipient"; readonly id: string }, group: boolean): object {
  if (group) return { input: id };
  return by === "to" ? { input: id, wa_id: id.replace(/\D/g, "") } : { input: id, user_id: id };
}

const mediaType = "application/octet-stream";

function media(id: string, ids: GraphIds): object {
  const file = mediaFile(id);
  return {
    messaging_product: "whatsapp",
    url: ids.mediaUrl(id),
    mime_type: mediaType,
    sha256: createHash("sha256").update(file).digest("hex"),
    file_size: String(file.length),
    id,
  };
}

/** The same bytes for the same id, as `sha256` and `file_size` of its lookup say. */
function mediaFile(id: string): Buffer {
  return createHash("sha256").update(id).digest();
}

/** What a call is for, told from outside. */
interface GraphMeaning {
  /** A bounded word: the operation, for sends with the type (`send.text`). */
  readonly kind: string;
  readonly purpose: "read" | "send" | "write";
  /** It asks for what an answer to a held call gave out: nobody but us knows it. */
  readonly own: boolean;
}

export function graphMeaning(call: GraphCall): GraphMeaning {
  const { operation, kind, node } = readGraphCall(call);
  const own = node !== null && isHeldId(node);
  switch (operation) {
    case "send":
    case "call":
      return { kind, purpose: "send", own: false };
    case "media-lookup":
    case "media-download":
    case "list":
      return { kind, purpose: "read", own };
    case "other":
      return { kind, purpose: call.method === "GET" || call.method === "HEAD" ? "read" : "write", own };
    case "mark-read":
    case "typing":
    case "media-upload":
    case "media-delete":
    case "template-create":
    case "template-delete":
      return { kind, purpose: "write", own: false };
  }
}

/** A call a side made that goes nowhere. */
interface HeldCall extends GraphCall {
  /** Told apart from every other call's; the same seed gives the same ids. */
  readonly seed: string;
  /** Where the files of media lookups are, for the side that calls: a base URL, without a slash at its end. */
  readonly base: string;
}

/** A plausible success for a call that is recorded and never sent on. Pure; never throws. */
export function heldAnswer(call: HeldCall): GraphAnswer {
  const hex = createHash("sha256").update(call.seed).digest("hex");
  return graphAnswer(call, {
    message: () => `wamid.${heldToken(hex)}`,
    call: () => `wacid.${heldToken(hex)}`,
    media: () => heldNodePrefix + fifteenDigits(hex),
    template: () => heldNodePrefix + fifteenDigits(hex),
    mediaUrl: (id) => `${call.base}/${mediaFolder}/${id}`,
  });
}

/** Held ids of messages and calls are base64 of this and 23 hex digits of the seed's hash: 27 bytes, no padding. */
const heldMark = "HELD";

/** Ids of media and templates are digits: this is `HELD` in decimal ASCII. */
const heldNodePrefix = "72697668";

function heldToken(hex: string): string {
  return Buffer.from(heldMark + hex.slice(0, 23)).toString("base64");
}

/** 48 bits of the hash. */
function fifteenDigits(hex: string): string {
  return String(Number.parseInt(hex.slice(0, 12), 16)).padStart(15, "0");
}

/** Whether an id was made up by `heldAnswer`. */
export function isHeldId(id: string): boolean {
  const [, token] = /^wa[mc]id\.([A-Za-z0-9+/]{36})$/.exec(id) ?? [];
  if (token !== undefined) return Buffer.from(token, "base64").toString("latin1").startsWith(heldMark);
  return id.startsWith(heldNodePrefix) && /^\d{23}$/.test(id);
}
