import { createHash } from "node:crypto";

/** 64 hex digits that depend on the parts alone. */
export function hexOf(...parts: readonly (string | number)[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex");
}

/**
 * A message id in the shape of real ones: base64 of some marks, the other party's number in clear digits and a random
 * token. Whatever masks numbers must mask these ids too.
 */
export function wamid(number: string, hex: string): string {
  const digits = Buffer.from(number, "latin1");
  const token = Buffer.from(hex.slice(0, 20).toUpperCase(), "latin1");
  const parts = [[0x1c, 0x18, digits.length], digits, [0x15, 0x02, 0x00, 0x12, 0x18, token.length], token, [0x00]];
  return `wamid.${Buffer.concat(parts.map((part) => Buffer.from(part))).toString("base64")}`;
}
