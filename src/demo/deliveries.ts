import { sign } from "../whatsapp/index.ts";
import { drafts } from "./drafts.ts";
import { encodeWire } from "./wire.ts";
import type { Seed } from "./writer.ts";

/** One request as WhatsApp makes it. */
export interface Delivery {
  /** What it shows, in a few words; the same for every seed. */
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly target: string;
  /** Name, value, name, value; `content-length` included. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

interface DeliveryOptions {
  /** Ids are unique within a seed and differ between seeds. */
  readonly seed: Seed;
  readonly appSecret: string;
}

const webhookPath = "/webhook";

const userAgent = "facebookexternalua";

/** Every kind of delivery of the demo, in the order in which they are sent. */
export function deliveries({ seed, appSecret }: DeliveryOptions): readonly Delivery[] {
  return drafts(seed).map(({ name, document }) => signed(name, document, appSecret));
}

/** The request by which WhatsApp verifies a callback address; it carries no signature. */
export function handshake(verifyToken: string, challenge: string): Delivery {
  const query = new URLSearchParams({
    "hub.mode": "subscribe",
    "hub.challenge": challenge,
    "hub.verify_token": verifyToken,
  });
  return {
    name: "handshake",
    method: "GET",
    target: `${webhookPath}?${query.toString()}`,
    headers: ["user-agent", userAgent],
    body: Buffer.alloc(0),
  };
}

/** A document as a signed delivery in wire form. */
export function signed(name: string, document: unknown, appSecret: string): Delivery {
  const body = encodeWire(document);
  const headers = [
    ["user-agent", userAgent],
    ["content-type", "application/json"],
    ["content-length", String(body.length)],
    ["x-hub-signature-256", sign(body, appSecret)],
  ];
  return { name, method: "POST", target: webhookPath, headers: headers.flat(), body };
}
