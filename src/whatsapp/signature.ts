import { createHmac } from "node:crypto";

/** The value of `X-Hub-Signature-256` for these bytes: HMAC-SHA256 with the app's secret, in lower-case hex. */
export function sign(body: Uint8Array, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}
