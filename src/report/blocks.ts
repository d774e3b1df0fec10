import type { GateResult } from "../rollout/index.ts";
import type { Block } from "./document.ts";
import type { Decision, DecisionKind, InitialFacts, LastCheckpoint, Report } from "./facts.ts";
import { plainly } from "./plainly.ts";
import { count, figure, ms, NOTHING, percent, stopped, span, time, who } from "./words.ts";

/** Parts that reports share. */

export function planBlocks({ plan }: Report): readonly Block[] {
  return [
    { kind: "heading", text: "The plan" },
    { kind: "list", items: plan.text },
    ...plan.phases.flatMap(({ name, text, gates }): readonly Block[] => [
      { kind: "heading", text: `Phase ${name}` },
      { kind: "list", items: [...text, ...gates.map(({ gate, text: asks }) => `${gate}: ${asks}`)] },
    ]),
    ...(plan.warnings.length === 0
      ? []
      : [
          { kind: "heading", text: "Standing rules that are left" } as const,
          { kind: "list", items: plan.warnings } as const,
        ]),
  ];
}

export function precheckBlocks({ prechecks, drill }: Report): readonly Block[] {
  const rows = prechecks.map(({ name, kind, green, text, by, at }) => [
    name,
    kind === "manual" ? "by hand" : "automatic",
    green === null ? "looked at as it began" : green ? "green" : "not green",
    text ?? (green === null ? "what was found is in the decision to start" : NOTHING),
    by === null ? NOTHING : `${who(by)}, ${time(at)}`,
  ]);
  const tried =
    drill === null
      ? "It was not tried."
      : `Tried by ${who(drill.by)}, ${time(drill.at)}: every instance was on legacy after ${figure(drill.seconds)} s.`;
  return [
    { kind: "heading", text: "Before the start" },
    rows.length === 0
      ? { kind: "text", text: "The plan asks for no prechecks." }
      : { kind: "table", columns: ["Precheck", "Kind", "Is", "Evidence", "Ticked by"], rows },
    { kind: "facts", facts: [{ name: "The way back", value: tried }] },
  ];
}

export function initialBlocks(initial: InitialFacts | null): readonly Block[] {
  const heading: Block = { kind: "heading", text: "Initial metrics" };
  if (initial === null) return [heading, { kind: "text", text: "Nothing was counted yet." }];
  const { of, from, to, items, error_rate: rate, p50_ms: p50, p95_ms: p95, p99_ms: p99, per_second: speed } = initial;
  const where = of === "baseline" ? "the baseline, legacy alone" : "legacy in the first phase";
  return [
    heading,
    { kind: "text", text: `Of ${where}, from ${time(from)} to ${time(to)}.` },
    {
      kind: "facts",
      facts: [
        { name: "Items", value: `${count(items)}, ${figure(speed)} a second` },
        { name: "Error rate", value: rate === null ? NOTHING : percent(rate) },
        { name: "p50, p95, p99", value: [p50, p95, p99].map(ms).join(", ") },
      ],
    },
  ];
}

/** What gates said last, with every figure that they said it by. */
export function gateBlocks(phase: string, last: LastCheckpoint | null): readonly Block[] {
  const heading: Block = { kind: "heading", text: `Gates in ${phase}` };
  if (last === null) return [heading, { kind: "text", text: "There was no checkpoint." }];
  const { name, at, status, why, gates } = last;
  return [
    heading,
    { kind: "text", text: `At the last checkpoint, ${name} (${time(at)}): ${status}. ${stopped(plainly(why))}` },
    ...(gates.length === 0
      ? []
      : [{ kind: "table", columns: ["Gate", "Verdict", "What it said", "By"], rows: gates.map(gateRow) } as const]),
    ...cellBlocks(gates),
  ];
}

/** What words mean that gates say it in; none where none of them does. */
export function cellBlocks(gates: readonly Pick<GateResult, "text">[]): readonly Block[] {
  const isSaid = gates.some(({ text }) => / cells /.test(text));
  return isSaid ? [{ kind: "text", text: CELLS }] : [];
}

const CELLS =
  "A cell is what came of one shopper within ten minutes. ln E is how strong evidence is: 6.9 comes by chance once in 1,000 phases, at any look.";

function gateRow({ gate, verdict, text, figures, expected }: GateResult): readonly string[] {
  const said = Object.entries(figures).map(([name, value]) => `${name}=${rounded(value)}`);
  return [gate, expected ? `${verdict} (expected)` : verdict, text, said.join(", ")];
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

export function decisionBlocks({ decisions, decisions_left_out: more }: Report): readonly Block[] {
  return [
    { kind: "heading", text: "Decisions" },
    ...(decisions.length === 0
      ? [{ kind: "text", text: "None." } as const]
      : [
          {
            kind: "table",
            columns: ["Time", "Who", "What", "Phase", "Why"],
            rows: decisions.map(decisionRow),
          } as const,
        ]),
    ...(more === 0 ? [] : [{ kind: "text", text: `${count(more)} more in between are in the audit alone.` } as const]),
  ];
}

function decisionRow({ at, until, times, by, what, phase, why, break_glass: glass }: Decision): readonly string[] {
  const last = until === null ? "" : `, until ${time(until)}, ${count(times)} times`;
  return [`${time(at)}${last}`, who(by), glass ? `${said[what]}, glass broken` : said[what], phase ?? NOTHING, why];
}

const said: Readonly<Record<DecisionKind, string>> = {
  created: "written",
  checked: "prechecks",
  started: "start",
  phase: "phase",
  "evidence-anew": "evidence anew",
  held: "held",
  "approval-wanted": "asked for a decision",
  "decision-due": "a decision is due",
  "checkpoint-missed": "checkpoint missed",
  approved: "approved",
  "approvals-lapsed": "approvals lapsed",
  rejected: "rejected",
  acknowledged: "expected",
  ticked: "precheck ticked",
  note: "note",
  drilled: "drill",
  paused: "paused",
  resumed: "resumed",
  "error-paused": "stopped",
  shed: "comparing stopped",
  adjusted: "settings adjusted",
  rollback: "rollback",
  completed: "completed",
  aborted: "given up",
  changed: "changed",
  flag: "flag changed by hand",
  killed: "kill switch thrown",
  "kill-undone": "kill switch undone",
  incident: "incident",
};

export function noteBlocks({ notes }: Report): readonly Block[] {
  if (notes.length === 0) return [];
  const items = notes.map(({ at, by, text }) => `${time(at)}, ${who(by)}: ${text}`);
  return [
    { kind: "heading", text: "Notes" },
    { kind: "list", items },
  ];
}

export function onwardBlocks({ next, way_back: wayBack, plan }: Report): readonly Block[] {
  return [
    { kind: "heading", text: "What happens next" },
    { kind: "text", text: stopped(next) },
    { kind: "heading", text: "How to go back" },
    { kind: "text", text: wayBack },
    ...plan.procedures.flatMap(({ component, steps, expected_ms: expectedMs }): readonly Block[] => [
      { kind: "text", text: `${component}, expected to take ${span(expectedMs)}:` },
      { kind: "steps", items: steps },
    ]),
  ];
}

/** By which a reader can tell when it was made, of what, and check it against the audit. */
export function endBlocks({ made_at: at, environment, phase, status, audit, plan }: Report): readonly Block[] {
  return [
    { kind: "heading", text: "This report" },
    {
      kind: "facts",
      facts: [
        { name: "Time", value: time(at) },
        { name: "Phase", value: phase ?? status.phase ?? "none" },
        { name: "Status", value: status.name },
        { name: "Environment", value: environment },
        { name: "Plan", value: `${plan.name}, SHA-256 ${plan.hash}` },
        {
          name: "Audit",
          value:
            audit === null ? "empty" : `${audit.seq}:${audit.hash} (sombra audit check ${audit.seq}:${audit.hash})`,
        },
      ],
    },
  ];
}
