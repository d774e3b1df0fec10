import type { Outcome } from "../model/index.ts";
import type { AnswerReport, Errand, Judgement } from "../proxy/index.ts";
import type { Mirrored } from "./mirrored.ts";

/** Whether who got `asked` got everything that `errand` is about; null: the delivery as it came. */
export function covers(asked: Errand | null, errand: Errand): boolean {
  return asked === null || errand.items.every((item) => asked.items.includes(item));
}

/** Whether both got the same items, where the first got all that the other did. */
export function areAlike(asked: Errand | null, errand: Errand): boolean {
  if (asked === null) return errand.body === null;
  return asked.items.length === errand.items.length || (asked.body === null && errand.body === null);
}

export function withoutBody(outcome: Outcome): Outcome {
  return outcome.kind === "failed"
    ? outcome
    : { ...outcome, answer: { ...outcome.answer, rawHeaders: [], body: null } };
}

/** With what the candidate never got, the next delivery is a first one. */
export function forgetUncalled(
  { items, sighting }: Judgement,
  mirrored: readonly Mirrored[],
  report: AnswerReport | null,
): void {
  if (sighting === null) return;
  for (const [i, { item }] of items.entries()) {
    const called = mirrored.some(
      ({ errand, started, shed, called: over }) =>
        errand.items.includes(i) && started && (shed === null || over !== null),
    );
    if (!called && !wasAsked(report, i)) sighting.forget(item.id);
  }
}

/** Whether the candidate may have had an item for the answer; null: nobody has answered. */
function wasAsked(report: AnswerReport | null, item: number): boolean {
  return (report?.asked ?? []).some(
    ({ side, errand, outcome }) =>
      side === "candidate" &&
      errand?.items.includes(item) === true &&
      !(outcome.kind === "failed" && (outcome.failure === "refused" || outcome.failure === "breaker-open")),
  );
}
