import type { Check } from "../../admin/index.ts";
import type { ProbeCall, ProbeReport } from "./probe.ts";

const address = "its base URL must be http://EGRESS/candidate/graph";

/** What `sombra doctor --probe` says; null: the data plane did not say in time what came of it. */
export function probeChecks(reports: readonly ProbeReport[] | null): readonly Check[] {
  if (reports === null) return [{ name: "probe", status: "warn", text: "the data plane did not answer in time" }];
  if (reports.length === 0) return [{ name: "probe", status: "warn", text: "no route has a candidate" }];
  return reports.map((report) => ({ name: `${report.route}: probe`, ...said(report) }));
}

function said(report: ProbeReport): Omit<Check, "name"> {
  switch (report.kind) {
    case "refused":
      return { status: "warn", text: `not probed: ${report.why}` };
    case "failed":
      return { status: "fail", text: `the candidate did not answer the probe: ${report.failure}` };
    case "answered":
      return report.calls.length === 0 ? withoutCalls(report) : withCalls(report);
  }
}

type Answered = Extract<ProbeReport, { kind: "answered" }>;

function withoutCalls({ status, waitedMs, blindly }: Answered): Omit<Check, "name"> {
  const none = `the candidate answered ${status} and no call came that is tied to the probe in ${seconds(waitedMs)}`;
  if (status === 401 || status === 403) {
    return {
      status: "warn",
      text: `${none}: where it checks signatures, SOMBRA_CANDIDATE_APP_SECRET must be its app secret`,
    };
  }
  if (blindly) {
    const why = "no delivery has shown yet to which path and number: probe again after one";
    return { status: "warn", text: `${none}; ${why}` };
  }
  const text = `${none}: it says nothing to a stranger, or passes neither traceparent nor x-sombra-exchange on, or goes past the egress and REACHES CUSTOMERS; ${address}`;
  return { status: "warn", text };
}

function withCalls({ status, calls, weak }: Answered): Omit<Check, "name"> {
  const came = `the candidate answered ${status} and ${counted(calls.length, "call")} came: ${kindsOf(calls)}`;
  const others = calls.filter(({ side }) => side !== "candidate");
  if (others.length > 0) {
    const text = `${came}; ${others.length} by /${others[0]?.side}: the candidate uses another side's address, and what it sends REACHES CUSTOMERS; ${address}`;
    return { status: "fail", text };
  }
  const out = calls.filter(({ disposition, operation }) => isOut(disposition) && operation !== "read");
  if (out.length > 0) return { status: "fail", text: `${came}; ${out.length} WENT OUT: ${kindsOf(out)}` };
  const held = calls.filter(({ disposition }) => disposition === "held").length;
  const reads = calls.filter(({ disposition }) => isOut(disposition)).length;
  const parts = [
    `${held === calls.length ? "all" : held} held`,
    ...(reads > 0 ? [`${counted(reads, "read")} went out, as \`reads: pass\` says`] : []),
    ...(weak > 0 ? [`${weak} tied by nothing but the recipient: pass traceparent or x-sombra-exchange on`] : []),
  ];
  return { status: weak > 0 ? "warn" : "ok", text: `${came}; ${parts.join("; ")}` };
}

function isOut(disposition: ProbeCall["disposition"]): boolean {
  return disposition === "released" || disposition === "failed";
}

function kindsOf(calls: readonly ProbeCall[]): string {
  const counts = Map.groupBy(calls, ({ kind }) => kind);
  return [...counts].map(([kind, { length }]) => (length === 1 ? kind : `${length} x ${kind}`)).join(", ");
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
