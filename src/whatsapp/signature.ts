import { createHmac, timingSafeEqual } from "node:crypto";
import type { SignatureScheme } from "../identify/index.ts";
import type { RequestHead } from "../model/index.ts";

/** The value of `X-Hub-Signature-256` for these bytes: HMAC-SHA256 with the app's secret, in lower-case hex. */
export function sign(body: Uint8Array, secret: string): string {
  return `sha256=${hmac("sha256", body, secret).toString("hex")}`;
}

/** By field, in lower case. Apps of old get the SHA-1 as well; only the other one proves anything. */
const algorithms: ReadonlyMap<string, "sha256" | "sha1"> = new Map([
  ["x-hub-signature-256", "sha256"],
  ["x-hub-signature", "sha1"],
]);

/** As Meta signs: over the bytes of the body as they are sent, escapes and all. */
export const hubSignature: SignatureScheme = {
  verify({ rawHeaders }, body, secret) {
    const claimed = claimedDigest(rawHeaders);
    return claimed !== null && timingSafeEqual(claimed, hmac("sha256", body, secret));
  },
  renew({ rawHeaders }, body, secret) {
    return rawHeaders.map((text, i) => {
      const algorithm = i % 2 === 1 ? algorithms.get(rawHeaders[i - 1]?.toLowerCase() ?? "") : undefined;
      return algorithm === undefined ? text : `${algorithm}=${hmac(algorithm, body, secret).toString("hex")}`;
    });
  },
};

/** Meta writes lower case; the digits are read as a number, whose case says nothing. */
const form = /^sha256=[0-9a-fA-F]{64}$/;

/** null: there is none, it is not of the form, or there are several: handlers do not agree on which one counts. */
function claimedDigest(rawHeaders: RequestHead["rawHeaders"]): Buffer | null {
  let claimed: string | null = null;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length !== 19 || algorithms.get(name.toLowerCase()) !== "sha256") continue;
    if (claimed !== null) return null;
    claimed = rawHeaders[i + 1] ?? "";
  }
  return claimed !== null && form.test(claimed) ? Buffer.from(claimed.slice("sha256=".length), "hex") : null;
}

function hmac(algorithm: "sha256" | "sha1", body: Uint8Array, secret: string): Buffer {
  return createHmac(algorithm, secret).update(body).digest();
}
