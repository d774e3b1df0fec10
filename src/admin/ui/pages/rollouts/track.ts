import { html } from "hono/html";
import { phasesIn, type Phase, type Rollout } from "../../../../rollout/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { rolloutTexts } from "./texts.ts";
import { shareText } from "./words.ts";

type Place = "done" | "now" | "left" | "ahead" | "elsewhere";

export interface TrackShown {
  readonly rollout: Rollout;
  readonly environment: string;
  /** In the present phase; null: not known. */
  readonly runningMs: number | null;
}

/** The phases in their order, the present one marked. */
export function track(view: View, shown: TrackShown): Markup {
  const t = rolloutTexts.in(view.locale);
  const { rollout, environment, runningMs } = shown;
  const here = phasesIn(rollout.plan, environment);
  return html`<ol class="track" aria-label="${t.phases}">
    ${rollout.plan.phases.map((phase, index) => step(view, phase, { place: placeOf(rollout, index, here), runningMs }))}
  </ol>`;
}

function placeOf({ status }: Rollout, index: number, here: readonly number[]): Place {
  if (!here.includes(index)) return "elsewhere";
  if (!("phase" in status)) return "ahead";
  if (index < status.phase || status.name === "completed") return "done";
  if (index > status.phase) return "ahead";
  return status.name === "rolled-back" ? "left" : "now";
}

function step(
  view: View,
  phase: Phase,
  { place, runningMs }: { readonly place: Place; readonly runningMs: number | null },
): Markup {
  const t = rolloutTexts.in(view.locale);
  const words: Readonly<Record<Place, string>> = {
    done: t.stepDone,
    now: t.stepNow,
    left: t.stepLeft,
    ahead: t.stepAhead,
    elsewhere: t.stepElsewhere(phase.environment ?? ""),
  };
  const body = html`<svg class="step-bar" aria-hidden="true">
      <rect width="100%" height="100%" rx="3" class="empty"></rect>
      <rect width="${doneShare(phase, place, runningMs).toFixed(1)}%" height="100%" rx="3" class="full"></rect>
    </svg>
    <strong>${phase.name}</strong>
    <span class="place">${words[place]}</span>
    <span class="shares">${sharesWords(view, phase)}</span>
    <span class="time">${timeWords(view, phase, place === "now" ? runningMs : null)}</span>`;
  // A step that is not the present one says nothing of that.
  return place === "now"
    ? html`<li class="step step-now" aria-current="step">${body}</li>`
    : html`<li class="step step-${place}">${body}</li>`;
}

function doneShare({ minMs }: Phase, place: Place, runningMs: number | null): number {
  if (place === "done") return 100;
  if (place === "left") return 100;
  if (place !== "now") return 0;
  return minMs === 0 ? 100 : Math.min(100, Math.max(3, ((runningMs ?? 0) / minMs) * 100));
}

function timeWords(view: View, { minMs, approval }: Phase, runningMs: number | null): string {
  const t = rolloutTexts.in(view.locale);
  const { duration, count } = view.format;
  const time = runningMs === null ? t.atLeast(duration(minMs)) : t.ran(duration(runningMs), duration(minMs));
  return approval === null ? time : `${time} · ${t.needsApproval(count(approval.count))}`;
}

/** Who is served, and who is compared. */
export function sharesWords(view: View, { kind, serve, compare, allowlist, forceOn }: Phase): string {
  const t = rolloutTexts.in(view.locale);
  if (kind === "baseline") return t.baseline;
  const listed = allowlist === null ? "" : `${t.list(view.format.count(allowlist.length))}: `;
  const beside = forceOn.length === 0 ? "" : ` + ${t.list(view.format.count(forceOn.length))}`;
  const compared = compare === 0 ? t.comparesNone : t.compares(shareText(view, compare / 100));
  return `${listed}${t.serves(shareText(view, serve / 100))} · ${compared}${beside}`;
}
