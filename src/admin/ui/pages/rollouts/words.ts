import { html } from "hono/html";
import type { GateVerdict, RollbackTarget, Rollout } from "../../../../rollout/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { gateTexts } from "./gate-texts.ts";
import { rolloutTexts } from "./texts.ts";

type StatusName = Rollout["status"]["name"];

function statusWord({ locale }: View, status: StatusName): string {
  const t = rolloutTexts.in(locale);
  const words: Readonly<Record<StatusName, string>> = {
    draft: t.draft,
    pending: t.pending,
    ready: t.ready,
    running: t.running,
    paused: t.paused,
    "error-paused": t.errorPaused,
    "rolled-back": t.rolledBack,
    completed: t.completed,
    aborted: t.aborted,
  };
  return words[status];
}

export function statusBadge(view: View, status: StatusName): Markup {
  return html`<span class="badge rollout-${status}">${statusWord(view, status)}</span>`;
}

export function verdictWord({ locale }: View, verdict: GateVerdict): string {
  const t = gateTexts.in(locale);
  const words: Readonly<Record<GateVerdict, string>> = {
    PASS: t.passes,
    WARN: t.warns,
    FAIL: t.fails,
    INCONCLUSIVE: t.inconclusive,
    ERROR: t.error,
  };
  return words[verdict];
}

/** Its word, with a shape and a colour that repeat it. */
export function verdictBadge(view: View, verdict: GateVerdict, expected = false): Markup {
  const t = gateTexts.in(view.locale);
  return html`<span class="badge verdict-${verdict.toLowerCase()}">${verdictWord(view, verdict)}</span>${
      expected ? html` <small>${t.expected}</small>` : null
    }`;
}

/** After "rolled back". */
export function targetWords({ locale }: View, to: RollbackTarget): string {
  const t = rolloutTexts.in(locale);
  if (to === "shadow") return t.toShadow;
  if (to === "off") return t.toOff;
  return to === "previous" ? t.toPrevious : t.toPhase(to.phase);
}

/** A share as somebody wrote it: no more places than it has. */
export function shareText({ locale }: View, ratio: number): string {
  return `${new Intl.NumberFormat(locale, { maximumSignificantDigits: 6 }).format(ratio * 100)} %`;
}
