import {
  decisionBlocks,
  endBlocks,
  gateBlocks,
  initialBlocks,
  noteBlocks,
  onwardBlocks,
  planBlocks,
  precheckBlocks,
} from "./blocks.ts";
import { comparedBlocks } from "./compared-blocks.ts";
import type { Block, Document } from "./document.ts";
import type { Report, StayFacts } from "./facts.ts";
import { plainly } from "./plainly.ts";
import { summaryOf } from "./summary.ts";
import { count, NOTHING, percent, quantileText, stopped, time, who } from "./words.ts";

/** A report as people read it. */
export function documentOf(report: Report): Document {
  const { rollout, kind, phase } = report;
  const of = kind === "comparison" || kind === "phase" ? `, ${phase ?? "no phase"}` : "";
  return {
    title: `${rollout}${of}: ${titles[kind]}`,
    blocks: [{ kind: "text", text: summaryOf(report) }, ...bodyOf(report), ...endBlocks(report)],
  };
}

const titles = {
  before: "before the start",
  initial: "initial metrics",
  comparison: "both sides compared",
  phase: "report of a phase",
  final: "final report",
} as const;

function bodyOf(report: Report): readonly Block[] {
  const { initial, stays } = report;
  switch (report.kind) {
    case "before":
      return [...precheckBlocks(report), ...planBlocks(report), ...decisionBlocks(report), ...onwardBlocks(report)];
    case "initial":
      return initialBlocks(initial);
    case "comparison":
      return stays.length === 0 ? [notEntered] : stays.flatMap(comparedBlocks);
    case "phase":
      return [
        ...(stays.length === 0 ? [notEntered] : [stayTable(stays), ...stays.flatMap(stayBlocks)]),
        ...decisionBlocks(report),
        ...onwardBlocks(report),
      ];
    case "final":
      return [
        { kind: "heading", text: "What happened" },
        ...(stays.length === 0 ? [notEntered] : [stayTable(stays)]),
        ...wentBack(stays),
        ...initialBlocks(initial),
        ...figuresByPhase(stays),
        ...stays.slice(-1).flatMap(comparedBlocks),
        ...precheckBlocks(report),
        ...decisionBlocks(report),
        ...noteBlocks(report),
        ...lessonBlocks(report),
        ...onwardBlocks(report),
      ];
  }
}

const notEntered: Block = { kind: "text", text: "The phase was not entered." };

function stayTable(stays: readonly StayFacts[]): Block {
  return {
    kind: "table",
    columns: ["Phase", "Shoppers", "Entered", "Left", "Why", "Checkpoints"],
    rows: stays.map(({ phase, serve, compare, left, why, checkpoints, ...stay }) => [
      phase,
      `serve ${serve} %, compare ${compare} %`,
      `${time(stay.entered_at)}, ${who(stay.entered_by)}`,
      left === null ? "still in it" : `${left}, ${time(stay.left_at)}, ${who(stay.left_by)}`,
      why === null ? NOTHING : plainly(why),
      Object.entries(checkpoints)
        .map(([verdict, times]) => `${count(times)} ${verdict}`)
        .join(", ") || "none",
    ]),
  };
}

function stayBlocks(stay: StayFacts): readonly Block[] {
  return [...gateBlocks(stay.phase, stay.last_checkpoint), ...comparedBlocks(stay)];
}

/** Of each time that it went back: why, and what the gates said. */
function wentBack(stays: readonly StayFacts[]): readonly Block[] {
  return stays.flatMap((stay): readonly Block[] => {
    if (stay.left !== "rollback" && stay.left !== "lowered") return [];
    const said = `${time(stay.left_at)}, ${who(stay.left_by)}: ${stopped(plainly(stay.why ?? ""))}`;
    return [
      { kind: "heading", text: `The way back from ${stay.phase}` },
      { kind: "text", text: said },
      ...gateBlocks(stay.phase, stay.last_checkpoint),
    ];
  });
}

function figuresByPhase(stays: readonly StayFacts[]): readonly Block[] {
  if (stays.length < 2) return [];
  return [
    { kind: "heading", text: "Figures by phase" },
    withoutEmpty({
      kind: "table",
      columns: [
        "Phase",
        "Cells of pairs",
        "Candidate alone failed",
        "Critical",
        "Added p95",
        "Shoppers of the candidate",
        "Candidate's errors",
        "Legacy's errors",
      ],
      rows: stays.map(({ phase, compared }) => {
        const { pairs = null, candidate, legacy } = compared ?? {};
        return [
          phase,
          pairs === null ? NOTHING : count(pairs.cells),
          pairs === null ? NOTHING : shareText(pairs.candidate_failed.rate),
          pairs === null ? NOTHING : count(pairs.divergent.critical.count),
          pairs === null ? NOTHING : quantileText(pairs.added.p95),
          candidate === undefined || candidate.items === 0 ? NOTHING : count(candidate.users),
          shareText(candidate?.error_rate ?? null),
          shareText(legacy?.error_rate ?? null),
        ];
      }),
    }),
  ];
}

/** Columns in which there is nothing in any row are left out. */
function withoutEmpty({ kind, columns, rows }: Extract<Block, { readonly kind: "table" }>): Block {
  const isFull = (_: string, at: number): boolean => rows.some((row) => row[at] !== NOTHING);
  return { kind, columns: columns.filter(isFull), rows: rows.map((row) => row.filter((_, at) => isFull("", at))) };
}

function shareText(rate: number | null): string {
  return rate === null ? NOTHING : percent(rate);
}

function lessonBlocks({ lessons }: Report): readonly Block[] {
  return [
    { kind: "heading", text: "Lessons learned" },
    { kind: "text", text: lessons ?? "None are written: sombra rollout complete asks for them." },
  ];
}
