import { randomBytes } from "node:crypto";

/** One draw of randomness serves some hundred ids. */
const poolBytes = 4096;
let pool = "";
let used = 0;

/** Random bytes as lower-case hex. */
export function randomHex(bytes: number): string {
  const digits = bytes * 2;
  if (used + digits > pool.length) {
    pool = randomBytes(Math.max(poolBytes, bytes)).toString("hex");
    used = 0;
  }
  used += digits;
  return pool.slice(used - digits, used);
}
