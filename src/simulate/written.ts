import type { Plan } from "../rollout/index.ts";
import { metricGatesOf, type Fault, type FaultKind, type Onset, type SimulatedTraffic } from "./scenario.ts";

/** What somebody wrote; or what is wrong with it: which part, what it is, and what it must be. */
export type Written<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly where: string; readonly is: string; readonly must: string };

const wrong = (where: string, is: string, must: string) => ({ ok: false, where, is, must }) as const;

const usual: Omit<SimulatedTraffic, "itemsPerHour"> = {
  shoppers: 5_000,
  shape: "flat",
  named: 10,
  audience: 0.1,
};

const most = { itemsPerHour: 10_000_000, shoppers: 1_000_000, named: 3_600 };

/** `2000`, `2000,shoppers=5000,shape=day,named=10,audience=10%`. */
export function writtenTraffic(text: string): Written<SimulatedTraffic> {
  const [rate = "", ...rest] = text.split(",").map((part) => part.trim());
  const itemsPerHour = wholeIn(rate, most.itemsPerHour);
  if (itemsPerHour === null) return wrong("traffic", quoted(rate), "a whole number of items an hour, from 1");
  let traffic: SimulatedTraffic = { ...usual, itemsPerHour };
  for (const part of rest) {
    const [, name = "", value = ""] = /^([a-z]+)=(.*)$/.exec(part) ?? [];
    const where = `traffic: ${name === "" ? part : name}`;
    if (name === "shape") {
      if (value !== "flat" && value !== "day") return wrong(where, quoted(value), "flat or day");
      traffic = { ...traffic, shape: value };
    } else if (name === "audience") {
      const audience = shareOf(value);
      if (audience === null) return wrong(where, quoted(value), shareMust);
      traffic = { ...traffic, audience };
    } else if (name === "shoppers" || name === "named") {
      const number = wholeIn(value, most[name]);
      if (number === null) return wrong(where, quoted(value), `a whole number from 1 to ${most[name]}`);
      traffic = { ...traffic, [name]: number };
    } else {
      return wrong(
        "traffic",
        quoted(part),
        "ITEMS_AN_HOUR, then any of shoppers=N, shape=flat|day, named=N, audience=SHARE",
      );
    }
  }
  return { ok: true, value: traffic };
}

export interface CandidateAt {
  readonly plan: Plan;
  /** ISO 8601: which day is meant by its name. */
  readonly startAt: string;
}

const faultsMust =
  "healthy, or WHAT=HOW MUCH@WHEN, one after the other with commas, where WHAT is errors, shared-errors, legacy-errors, divergence, " +
  "latency or metric:NAME, such as errors=0.5%@2d,latency=+200ms@tue";

/** `healthy`, or `errors=0.5%@2d,latency=+200ms@tue,divergence=critical:0.1%@beta,metric:NAME=0.3@4h`. */
export function writtenCandidate(text: string, at: CandidateAt): Written<readonly Fault[]> {
  if (text.trim() === "healthy") return { ok: true, value: [] };
  const faults: Fault[] = [];
  for (const part of text.split(",")) {
    const read = writtenFault(part.trim(), at);
    if (!read.ok) return read;
    faults.push(read.value);
  }
  return { ok: true, value: faults };
}

const shareMust = "a share such as 0.5%, above 0% and at most 100%";

function writtenFault(text: string, at: CandidateAt): Written<Fault> {
  const [, what = "", amount = "", , when] = /^([a-z-]+(?::[^=@]+)?)=([^@]*)(@(.*))?$/.exec(text) ?? [];
  const where = `candidate: ${what === "" ? quoted(text) : what}`;
  if (what === "") return wrong("candidate", quoted(text), faultsMust);
  const from = onsetOf(when, at);
  if (from === null) return wrong(where, quoted(`@${when}`), whenMust(at.plan));
  const fault = (kind: FaultKind, value: number, metric = ""): Written<Fault> => ({
    ok: true,
    value: { what: kind, amount: value, metric, from },
  });
  if (what === "errors" || what === "shared-errors" || what === "legacy-errors") {
    const share = shareOf(amount);
    return share === null ? wrong(where, quoted(amount), shareMust) : fault(what, share);
  }
  if (what === "divergence") {
    const [, severity = "major", given = ""] = /^(?:(minor|major|critical):)?(.*)$/.exec(amount) ?? [];
    const share = shareOf(given);
    const must = `${shareMust}, with minor:, major: or critical: before it (else it is major)`;
    return share === null || !isSeverity(severity) ? wrong(where, quoted(amount), must) : fault(severity, share);
  }
  if (what === "latency") {
    const ms = amount.startsWith("+") ? durationOf(amount.slice(1)) : null;
    return ms === null || ms === 0
      ? wrong(where, quoted(amount), "+ and a duration such as +200ms or +2s: how much longer it takes, at the median")
      : fault("latency", ms);
  }
  if (what.startsWith("metric:")) return writtenMetric(what.slice("metric:".length), amount, { where, at, fault });
  return wrong("candidate", quoted(text), faultsMust);
}

function writtenMetric(
  name: string,
  amount: string,
  {
    where,
    at,
    fault,
  }: {
    readonly where: string;
    readonly at: CandidateAt;
    readonly fault: (kind: FaultKind, value: number, metric: string) => Written<Fault>;
  },
): Written<Fault> {
  const names = [...new Set(metricGatesOf(at.plan).map((gate) => gate.name))];
  if (!names.includes(name)) {
    const must =
      names.length === 0 ? "left out: the plan has no metric gate" : `a metric gate of the plan: ${names.join(", ")}`;
    return wrong("candidate: metric", quoted(name), must);
  }
  const value = /^-?\d+(\.\d+)?$/.test(amount) ? Number(amount) : null;
  return value === null ? wrong(where, quoted(amount), "a number such as 0.3") : fault("metric", value, name);
}

const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const dayMs = 86_400_000;

/** null: that is no time. */
function onsetOf(when: string | undefined, { plan, startAt }: CandidateAt): Onset | null {
  if (when === undefined) return { kind: "after", ms: 0 };
  const phase = plan.phases.findIndex(({ name }) => name === when);
  if (phase >= 0) return { kind: "phase", phase };
  const ms = durationOf(when);
  if (ms !== null) return { kind: "after", ms };
  const day = days.indexOf(when.toLowerCase().slice(0, 3));
  if (day < 0 || !/^(sun|mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?)(day)?$/i.test(when)) return null;
  const start = Date.parse(startAt);
  const midnight = Math.floor(start / dayMs) * dayMs;
  const ahead = (day - new Date(start).getUTCDay() + 7) % 7 || 7;
  return { kind: "after", ms: midnight + ahead * dayMs - start };
}

function whenMust({ phases }: Plan): string {
  return `@ and a time since the start (90m, 2d), a day of the week (tue: its first midnight, UTC) or a phase: ${phases.map(({ name }) => name).join(", ")}`;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: dayMs };

/** A whole number and a unit, as in plans. In milliseconds; null: no duration. */
export function durationOf(text: string): number | null {
  const [, count = "", unit = ""] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  const unitMs = units[unit];
  return unitMs === undefined ? null : Number(count) * unitMs;
}

function shareOf(text: string): number | null {
  const [, number] = /^(\d{1,3}(?:\.\d{1,9})?)%$/.exec(text) ?? [];
  const share = number === undefined ? 0 : Number(`${number}e-2`);
  return share > 0 && share <= 1 ? share : null;
}

function wholeIn(text: string, max: number): number | null {
  return /^[1-9]\d{0,9}$/.test(text) && Number(text) <= max ? Number(text) : null;
}

function isSeverity(text: string): text is "minor" | "major" | "critical" {
  return text === "minor" || text === "major" || text === "critical";
}

const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
