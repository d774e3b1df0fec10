/** Says what a handler did that is no HTTP call. `false`: Sombra did not take it; a handler goes on all the same. */
export type Declare = (effect: {
  /** The delivery's `x-sombra-exchange`. */
  readonly exchange?: string | undefined;
  readonly kind: string;
  readonly name: string;
  readonly payload?: unknown;
}) => Promise<boolean>;

/** A few lines to copy into a handler. `url`: the handler's own side of the egress, `http://127.0.0.1:8082/candidate`. */
export function createDeclare(url: string, timeoutMs = 1_000): Declare {
  return async (effect) => {
    try {
      const answer = await fetch(`${url}/_effects`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(effect),
        signal: AbortSignal.timeout(timeoutMs),
      });
      await answer.body?.cancel();
      return answer.status === 202;
    } catch {
      return false;
    }
  };
}
