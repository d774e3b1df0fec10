import type { Gate, OnFail } from "../../../../rollout/index.ts";
import type { View } from "../../page.ts";
import { gateTexts } from "./gate-texts.ts";
import { shareText, targetWords } from "./words.ts";

/** What a gate asks, as a sentence without its end. */
export function questionOf(view: View, gate: Gate): string {
  const { withinMs } = gate;
  const steady = withinMs === undefined ? "" : gateTexts.in(view.locale).steady(view.format.duration(withinMs));
  return askedBy(view, gate) + steady;
}

function askedBy(view: View, gate: Gate): string {
  const t = gateTexts.in(view.locale);
  const { count } = view.format;
  const percent = (share: number): string => shareText(view, share);
  switch (gate.type) {
    case "errorRate":
      return t.errorRate(percent(gate.budget));
    case "divergence":
      return t.divergence(percent(gate.budget), severityText(view, gate.severity));
    case "divergenceCount":
      return t.divergenceCount(count(gate.max), severityText(view, gate.severity));
    case "addedLatency":
      return t.addedLatency(timeText(view, gate.maxMs));
    case "latency":
      return t.latency(timeText(view, gate.maxMs), percent(1 - gate.budget));
    case "events":
      return t.events(gate.side, gate.event ?? t.anyEvent, boundsOf(view, gate)) + inARow(view, gate.consecutive);
    case "candidateLatency":
    case "determinism":
    case "bucketDeterminism":
    case "configDrift":
    case "observerEffect":
    case "cohorts":
    case "alerts":
      return t[gate.type];
    case "coverage":
    case "sensitivity":
      return t[gate.type](percent(gate.min)) + inARow(view, gate.consecutive);
    case "baseline":
      return t.gateBaseline;
    case "serverErrors":
      return (
        t[gate.side === "candidate" ? "ofCandidate" : "serverErrors"](percent(gate.max)) +
        inARow(view, gate.consecutive)
      );
    case "metric":
      return t.metric(sourceOf(gate), boundsOf(view, gate)) + inARow(view, gate.consecutive);
    default:
      return gate satisfies never;
  }
}

/** What happens where it fails. */
export function onFailWords(view: View, { onFail, to, settings = {} }: Gate): string {
  const t = gateTexts.in(view.locale);
  const words: Readonly<Record<OnFail, string>> = {
    rollback: t.onRollback,
    lower: t.onLower,
    adjust: t.onAdjust(Object.keys(settings).join(", ")),
    hold: t.onHold,
    warn: t.onWarn,
    shed: t.onShed,
  };
  return to === undefined ? words[onFail] : t.onTo(words[onFail], targetWords(view, to));
}

function timeText({ format }: View, ms: number): string {
  return ms < 1_000 ? `${format.count(ms)} ms` : format.duration(ms);
}

/** A figure from outside has a unit that nobody knows here. */
export function figureText({ locale }: View, value: number): string {
  return new Intl.NumberFormat(locale, { maximumSignificantDigits: 4 }).format(value);
}

function severityText({ locale }: View, severity: string): string {
  return severity === "critical" ? severity : gateTexts.in(locale).orAbove(severity);
}

function inARow({ locale, format }: View, times: number): string {
  return times === 1 ? "" : gateTexts.in(locale).inARow(format.count(times));
}

function sourceOf({ source }: Extract<Gate, { type: "metric" }>): string {
  return source.kind === "prometheus" ? source.query : `${source.pointer} (${source.url})`;
}

function boundsOf(view: View, { min, max }: Extract<Gate, { type: "metric" | "events" }>): string {
  const t = gateTexts.in(view.locale);
  const bounds = [
    ...(min === null ? [] : [t.atLeast(figureText(view, min))]),
    ...(max === null ? [] : [t.atMost(figureText(view, max))]),
  ];
  return bounds.join(` ${t.and} `);
}
