import { createHmac } from "node:crypto";
import type { Notice } from "./notice.ts";
import { post } from "./http-post.ts";
import type { Delivery, Send } from "./send.ts";

export interface WebhookChannel {
  readonly url: string;
  /** The first of them is new where two are given: receivers take either while it changes. */
  readonly secrets: readonly string[];
  /** Beside ours; secrets, too. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A signed JSON webhook, as https://www.standardwebhooks.com has it: id, time and body are signed. */
export function webhookChannel({ url, secrets, headers }: WebhookChannel, now: () => number = Date.now): Send {
  return (delivery, signal) => {
    const body = webhookBody(delivery);
    const seconds = Math.floor(now() / 1_000);
    const signed = { id: delivery.key, seconds, body };
    const own = {
      "content-type": "application/json",
      "user-agent": "sombra",
      "idempotency-key": delivery.key,
      "webhook-id": delivery.key,
      "webhook-timestamp": String(seconds),
      "webhook-signature": secrets.map((secret) => signature(secret, signed)).join(" "),
    };
    return post({ url, headers: { ...headers, ...own }, body }, signal);
  };
}

/** The same on every try: only the time of sending, which is no part of it, differs. */
function webhookBody({ key, notice }: Delivery): string {
  const { document, facts, ...rest }: Notice = notice;
  return JSON.stringify({ ...rest, id: key, title: document.title, ...facts, document });
}

interface Signed {
  readonly id: string;
  /** Since the epoch. */
  readonly seconds: number;
  readonly body: string;
}

/** `v1,` and HMAC-SHA256, base64, of `id.timestamp.body`. */
function signature(secret: string, { id, seconds, body }: Signed): string {
  return `v1,${createHmac("sha256", keyOf(secret)).update(`${id}.${seconds}.${body}`).digest("base64")}`;
}

/** `whsec_` and base64, or any other text as it is. */
function keyOf(secret: string): Buffer {
  return secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : Buffer.from(secret, "utf8");
}
