import { cut } from "./notice.ts";
import { faultOf, type Sent } from "./send.ts";

export interface Post {
  /** May hold a secret: nothing of it is told. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** As much of an answer as is told. */
const maxSaid = 120;
/** Nobody is left alone for longer, whatever it says. */
const maxAfterMs = 3_600_000;
/** What may pass by itself, beside all of 500 and above. */
const passing: ReadonlySet<number> = new Set([408, 409, 423, 425, 429]);

/** One POST, and what came of it. A redirect is refused: what is signed for one is not sent to another. */
export async function post({ url, headers, body }: Post, signal: AbortSignal): Promise<Sent> {
  try {
    const answer = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
    const said = cut(printable(await startOf(answer)), maxSaid);
    if (answer.ok) return { kind: "sent", said: said === "" ? String(answer.status) : `${answer.status} ${said}` };
    const why = `it answered ${answer.status}${said === "" ? "" : ` ${said}`}`;
    if (answer.status < 500 && !passing.has(answer.status)) return { kind: "refused", why };
    return { kind: "failed", why, afterMs: afterOf(answer.headers.get("retry-after")) };
  } catch (error) {
    return { kind: "failed", why: faultOf(error), afterMs: null };
  }
}

/** Its beginning: the rest is not waited for. */
async function startOf(answer: Response): Promise<string> {
  if (answer.body === null) return "";
  const body: ReadableStream<Uint8Array> = answer.body;
  for await (const chunk of body) return Buffer.from(chunk).toString("utf8", 0, 4 * maxSaid);
  return "";
}

function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
}

/** RFC 9110 10.2.3: seconds, or a date. null: nothing that can be read. */
function afterOf(field: string | null): number | null {
  if (field === null) return null;
  const ms = /^\d{1,9}$/.test(field.trim()) ? Number(field) * 1_000 : Date.parse(field) - Date.now();
  return Number.isNaN(ms) ? null : Math.min(maxAfterMs, Math.max(0, ms));
}
