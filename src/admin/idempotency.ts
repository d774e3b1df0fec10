import { createHash } from "node:crypto";
import type { Context } from "hono";
import { problem } from "./problem.ts";
import type { RolloutsDeps } from "./rollouts.ts";

const keyForm = /^[\x21-\x7e]{1,128}$/;
/** As much as a note holds. */
const maxAnswerBytes = 3_500;

interface Once {
  readonly by: string;
  /** Of the request: under one key there is one order. */
  readonly body: string;
  readonly run: () => Promise<{ readonly status: 200 | 201 | 400 | 404 | 409 | 503; readonly answer: object }>;
}

/**
 * Carries out an order once for each `Idempotency-Key` that somebody sends: who asks again, here or at another instance, gets
 * the answer that there was. What was not done may be tried again under the same key.
 */
export function createOnce(deps: Pick<RolloutsDeps, "recall" | "remember">) {
  /** Under way here. */
  const open = new Map<string, Promise<unknown>>();
  return async (c: Context, { by, body, run }: Once): Promise<Response> => {
    const given = c.req.header("idempotency-key");
    if (given === undefined) {
      const { status, answer } = await run();
      return tell(c, status, answer);
    }
    if (!keyForm.test(given)) return problem(c, 400, "Idempotency-Key must be 1 to 128 visible ASCII characters");
    const key = digest([by, c.req.path, given].join("\n"));
    const order = digest(body);
    while (open.has(key)) await open.get(key);
    const running = once();
    open.set(key, running);
    try {
      return await running;
    } finally {
      open.delete(key);
    }

    async function once(): Promise<Response> {
      const before = readAnswer(await deps.recall(key).catch(() => null));
      if (before !== null && before.order !== order) {
        return problem(c, 409, "This Idempotency-Key came with another body before: use a new one for another order");
      }
      if (before !== null) {
        c.header("idempotency-replayed", "true");
        return tell(c, 200, before.answer);
      }
      const { status, answer } = await run();
      const text = JSON.stringify({ order, answer });
      // The order is carried out: that it cannot be remembered is no reason to say that it was not.
      if (status < 400 && Buffer.byteLength(text) <= maxAnswerBytes) await deps.remember(key, text).catch(() => null);
      return tell(c, status, answer);
    }
  };
}

function tell(c: Context, status: 200 | 201 | 400 | 404 | 409 | 503, answer: object): Response {
  if (status === 200 || status === 201) return c.json(answer, status);
  return problem(c, status, "detail" in answer ? String(answer.detail) : "");
}

function readAnswer(text: string | null): { readonly order: string; readonly answer: object } | null {
  if (text === null) return null;
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || !("order" in value) || !("answer" in value)) return null;
  const { order, answer } = value;
  return typeof order === "string" && typeof answer === "object" && answer !== null ? { order, answer } : null;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
