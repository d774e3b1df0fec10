import type { Route } from "../model/index.ts";
import type { AnswerReport, AskedSide, Errand, Judgement } from "../proxy/index.ts";
import type { OutcomePair } from "./following-deps.ts";
import type { Mirrored } from "./mirrored.ts";
import { released, withoutBody } from "./side-part.ts";

/** Legacy's call for the answer, which a call of the twin is compared with. */
export function legacyFor({ errand }: Mirrored, { asked }: AnswerReport): AskedSide | null {
  return asked.find(({ side, errand: theirs }) => side === "legacy" && covers(theirs, errand)) ?? null;
}

/** Whether who got `asked` got everything that `errand` is about; null: the delivery as it came. */
function covers(asked: Errand | null, errand: Errand): boolean {
  return asked === null || errand.items.every((item) => asked.items.includes(item));
}

/** Whether both got the same items, where the first got all that the other did. */
export function areAlike(asked: Errand | null, errand: Errand): boolean {
  if (asked === null) return errand.body === null;
  return asked.items.length === errand.items.length || (asked.body === null && errand.body === null);
}

/** What came of a call, and of that for the answer; null: one of them is not known yet. */
export function pairOf({ errand, called }: Mirrored, report: AnswerReport | null): OutcomePair | null {
  const own = called?.outcome;
  const other = report?.asked.find(({ side, errand: asked }) => side !== errand.side && covers(asked, errand));
  if (own === undefined || other === undefined) return null;
  const alike = areAlike(other.errand, errand);
  const { outcome } = other;
  return errand.side === "legacy"
    ? { legacy: own, candidate: outcome, alike }
    : { legacy: outcome, candidate: own, alike };
}

/** The next delivery's story says what legacy answered. */
export function tellSighting(judgement: Judgement | null, report: AnswerReport | null): void {
  const legacy = report?.asked.find(({ side }) => side === "legacy")?.outcome;
  if (legacy?.kind === "answered") judgement?.sighting?.answered(legacy.answer.status);
}

/** Of a report whose memory is given back. */
export function withoutBodies(report: AnswerReport, route: Route): AnswerReport {
  const asked = report.asked.map((one) => ({ ...one, outcome: withoutBody(one.outcome, route) }));
  return { ...report, asked, release: released };
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
