import type { Plan } from "../../../rollout/index.ts";

const timeoutMs = 10_000;

/** Calls what a plan wants called when a rollback is carried out; nobody waits for it. */
export function callProcedures(
  { rollback }: Pick<Plan, "rollback">,
  said: Readonly<Record<string, string>>,
  failed: (component: string, why: string) => void,
): void {
  for (const { component, webhook } of rollback.procedures) {
    if (webhook === null) continue;
    const body = JSON.stringify({ ...said, body: webhook.body });
    const call = fetch(webhook.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    void call.then(
      async (answer) => {
        await answer.body?.cancel();
        if (!answer.ok) failed(component, `it answered ${answer.status}`);
      },
      (error: unknown) => failed(component, error instanceof Error ? error.name : "no answer"),
    );
  }
}
