import { createHash } from "node:crypto";
import type { Context } from "hono";
import { problem } from "./problem.ts";
import type { RolloutsDeps } from "./rollouts.ts";

const keyForm = /^[\x21-\x7e]{1,128}$/;
/** As much as a note holds. */
const maxAnswerBytes = 3_500;

interface Done {
  readonly status: 200 | 201 | 400 | 404 | 409 | 503;
  readonly answer: object;
}

interface Order {
  /** Who orders, where, and the key that they gave it. */
  readonly key: readonly [by: string, path: string, key: string];
  /** Of the request: under one key there is one order. */
  readonly body: string;
  readonly run: () => Promise<Done>;
}

type Deps = Pick<RolloutsDeps, "recall" | "remember">;

/**
 * Carries out an order once for each key that somebody gives: who asks again, here or at another instance, gets the answer that
 * there was. What was not done may be tried again under the same key. null: the key came with another order before.
 */
export function createOrders(deps: Deps) {
  /** Under way here. */
  const open = new Map<string, Promise<unknown>>();
  return async ({ key: given, body, run }: Order): Promise<(Done & { readonly replayed: boolean }) | null> => {
    const key = digest(given.join("\n"));
    const order = digest(body);
    while (open.has(key)) await open.get(key);
    const running = once();
    open.set(key, running);
    try {
      return await running;
    } finally {
      open.delete(key);
    }

    async function once(): Promise<(Done & { readonly replayed: boolean }) | null> {
      const before = readAnswer(await deps.recall(key).catch(() => null));
      if (before !== null)
        return before.order === order ? { status: 200, answer: before.answer, replayed: true } : null;
      const { status, answer } = await run();
      const text = JSON.stringify({ order, answer });
      // The order is carried out: that it cannot be remembered is no reason to say that it was not.
      if (status < 400 && Buffer.byteLength(text) <= maxAnswerBytes) await deps.remember(key, text).catch(() => null);
      return { status, answer, replayed: false };
    }
  };
}

interface Once extends Pick<Order, "body" | "run"> {
  readonly by: string;
}

/** The same for a call with an `Idempotency-Key`; without one it is carried out each time. */
export function createOnce(deps: Deps) {
  const carryOut = createOrders(deps);
  return async (c: Context, { by, body, run }: Once): Promise<Response> => {
    const given = c.req.header("idempotency-key");
    if (given === undefined) {
      const { status, answer } = await run();
      return tell(c, status, answer);
    }
    if (!keyForm.test(given)) return problem(c, 400, "Idempotency-Key must be 1 to 128 visible ASCII characters");
    const done = await carryOut({ key: [by, c.req.path, given], body, run });
    if (done === null) {
      return problem(c, 409, "This Idempotency-Key came with another body before: use a new one for another order");
    }
    if (done.replayed) c.header("idempotency-replayed", "true");
    return tell(c, done.status, done.answer);
  };
}

function tell(c: Context, status: Done["status"], answer: object): Response {
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
