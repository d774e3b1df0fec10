import { explainPlan, groupsOf, type Checkpoint, type Groups, type Rollout } from "../rollout/index.ts";
import { collect } from "./collect.ts";
import { decisionsOf } from "./decisions.ts";
import type { Decision, LastCheckpoint, PlanFacts, PrecheckFacts, Report, ReportKind, StayFacts } from "./facts.ts";
import { auditedIn, noteOf } from "./audited.ts";
import { initialOf } from "./initial.ts";
import { withoutFlags } from "./plainly.ts";
import { nextOf, statusOf, wayBackOf } from "./standing.ts";
import type { ReportPorts, Sources } from "./sources.ts";
import { staysOf, type Stay } from "./stays.ts";

/** What is wanted; a phase is one of the plan's, null: the one it is in or was in last. */
export interface WantedReport {
  readonly kind: ReportKind;
  readonly phase: string | null;
}

/** What is wanted where nobody says: of a rollout that is over all of it, of one that is not begun the plan. */
export function usualKind({ status }: Rollout, phase: string | null): ReportKind {
  if (phase !== null) return "phase";
  switch (status.name) {
    case "draft":
    case "pending":
    case "ready":
      return "before";
    case "running":
    case "paused":
    case "error-paused":
      return "phase";
    default:
      return "final";
  }
}

export async function reportOf(rollout: Rollout, wanted: WantedReport, ports: ReportPorts): Promise<Report> {
  const { kind } = wanted;
  const sources = await collect(rollout, ports);
  const stays = staysOf(rollout, sources.audit);
  const phase = aboutOf(wanted, rollout, stays);
  const factsOf = (some: readonly Stay[]) => Promise.all(some.map((stay) => stayFacts(stay, sources, ports)));
  const about = ofPhase(stays, phase, rollout);
  const facts = await factsOf(staysFor(kind, about));
  const [first = null] = kind === "initial" ? await factsOf(stays.slice(0, 1)) : facts;
  const decisions = decidedIn(kind, { phase, stays: about }, decisionsOf({ ...sources, stays, nowMs: ports.now() }));
  return {
    kind,
    rollout: rollout.id,
    phase,
    plan: planFacts(rollout),
    status: statusOf(rollout),
    prechecks: kind === "before" || kind === "final" ? await prechecksOf(rollout, ports) : [],
    drill: rollout.drill,
    initial: kind === "initial" || kind === "final" ? initialOf(rollout, first) : null,
    stays: facts,
    decisions: decisions.length > MAX_DECISIONS ? ends(decisions) : decisions,
    decisions_left_out: Math.max(0, decisions.length - MAX_DECISIONS),
    notes: notesOf(sources),
    lessons: rollout.status.name === "completed" ? rollout.status.lessons : null,
    next: nextOf(rollout, { last: sources.checkpoints.at(-1) ?? null, environment: ports.environment }),
    way_back: wayBackOf(rollout),
    made_at: new Date(ports.now()).toISOString(),
    environment: ports.environment,
    audit: sources.newest === null ? null : { seq: sources.newest.seq, hash: sources.newest.hash },
  };
}

const MAX_DECISIONS = 1_000;
const FIRST_DECISIONS = 100;

/** How it began, and the newest. */
function ends(decisions: readonly Decision[]): readonly Decision[] {
  return [...decisions.slice(0, FIRST_DECISIONS), ...decisions.slice(FIRST_DECISIONS - MAX_DECISIONS)];
}

function aboutOf({ kind, phase }: WantedReport, { status, plan }: Rollout, stays: readonly Stay[]): string | null {
  if (kind !== "comparison" && kind !== "phase") return null;
  const index = "phase" in status ? status.phase : stays.at(-1)?.index;
  return phase ?? plan.phases[index ?? 0]?.name ?? null;
}

function ofPhase(stays: readonly Stay[], phase: string | null, { plan }: Rollout): readonly Stay[] {
  return stays.filter(({ index }) => phase === null || plan.phases[index]?.name === phase);
}

function staysFor(kind: ReportKind, stays: readonly Stay[]): readonly Stay[] {
  if (kind === "before" || kind === "initial") return [];
  return kind === "comparison" ? stays.slice(-1) : stays;
}

interface About {
  readonly phase: string | null;
  readonly stays: readonly Stay[];
}

/** What others did meanwhile is of no phase of its own. */
function decidedIn(kind: ReportKind, { phase, stays }: About, decisions: readonly Decision[]): readonly Decision[] {
  if (kind === "comparison" || kind === "initial") return [];
  if (phase === null) return decisions;
  const isMeanwhile = (at: string): boolean =>
    stays.some(({ enteredAt, left }) => at > enteredAt && (left === null || at <= left.at));
  return decisions.filter((one) => one.phase === phase || (one.phase === null && isMeanwhile(one.at)));
}

function planFacts({ plan, planHash }: Rollout): PlanFacts {
  const { text, phases, warnings } = explainPlan(plan, { itemsPerHour: null, unsaid: [] });
  return {
    name: plan.name,
    hash: planHash,
    flag: plan.flag,
    mode: plan.mode,
    author: plan.author,
    text,
    phases: phases.map(({ name, text: said, gates }) => ({
      name,
      text: said,
      gates: gates.map(({ gate, text: asks }) => ({ gate, text: asks })),
    })),
    warnings: warnings.map(({ text: said }) => said),
    procedures: plan.rollback.procedures.map(({ component, steps, expectedMs }) => {
      return { component, steps, expected_ms: expectedMs };
    }),
  };
}

async function prechecksOf(rollout: Rollout, ports: ReportPorts): Promise<readonly PrecheckFacts[]> {
  const { automatic, manual } = rollout.plan.prechecks;
  // What was found at the start is with the decision.
  const found = rollout.enteredAt === null && automatic.length > 0 ? await ports.prechecks(rollout) : [];
  return [
    ...automatic.map(({ name }): PrecheckFacts => {
      const { green = null, text = null, pt } = found.find((one) => one.name === name) ?? {};
      return { name, kind: "automatic", green, text, ...(pt === undefined ? {} : { pt }), by: null, at: null };
    }),
    ...manual.map((name): PrecheckFacts => {
      const ticked = rollout.ticked.find((one) => one.name === name);
      const { evidence = null, by = null, at = null } = ticked ?? {};
      return { name, kind: "manual", green: ticked !== undefined, text: evidence, by, at };
    }),
  ];
}

/** All of them: the rollout itself has the last ones only. */
function notesOf({ rollout, audit }: Sources): Report["notes"] {
  const written = audit.flatMap(({ action, subject, before, after }) => {
    const audited = action === "rollout-set" && subject === rollout.id ? auditedIn(after) : null;
    const note = audited === null ? null : noteOf(auditedIn(before), audited);
    return note === null ? [] : [note];
  });
  return written.length > 0 ? written : rollout.notes;
}

async function stayFacts(stay: Stay, { rollout, checkpoints }: Sources, ports: ReportPorts): Promise<StayFacts> {
  const phase = rollout.plan.phases[stay.index];
  const own = checkpoints.filter(({ scope }) => stay.scopes.includes(scope));
  const last = own.at(-1) ?? null;
  const { left } = stay;
  return {
    phase: phase?.name ?? "",
    serve: phase?.serve ?? 0,
    compare: phase?.compare ?? 0,
    entered_at: stay.enteredAt,
    entered_by: stay.enteredBy,
    left_at: left?.at ?? null,
    left_by: left?.by ?? null,
    left: left?.how ?? null,
    why: left === null ? null : withoutFlags(left.why),
    checkpoints: countsOf(own),
    last_checkpoint: last === null ? null : lastCheckpoint(last),
    compared: await comparedIn(stay, { rollout, last, ports }),
  };
}

function countsOf(checkpoints: readonly Checkpoint[]): StayFacts["checkpoints"] {
  const counts: Partial<Record<Checkpoint["status"], number>> = {};
  for (const { status } of checkpoints) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function lastCheckpoint({ name, at, status, conclusion, why, gates }: Checkpoint): LastCheckpoint {
  return { name, at, status, conclusion, why, gates };
}

interface Compared {
  readonly rollout: Rollout;
  readonly last: Checkpoint | null;
  readonly ports: ReportPorts;
}

/** Of the newest evidence of the stay in which the candidate did anything; it may have begun anew. */
async function comparedIn(stay: Stay, { rollout, last, ports }: Compared): Promise<Groups | null> {
  let found: Groups | null = null;
  for (const scope of stay.scopes.toReversed()) {
    const evidence = await ports.evidence(scope);
    if (evidence.length === 0) continue;
    const isNow = stay.left === null && scope === `${rollout.id}.${rollout.visit}`;
    const groups = groupsOf({
      rollout,
      phaseIndex: stay.index,
      evidence,
      surroundings: isNow ? await ports.surroundings(rollout.plan.flag) : null,
      results: last?.gates ?? [],
      nowMs: ports.now(),
    });
    if (groups.pairs !== null || groups.candidate.items > 0) return groups;
    if (found === null && groups.legacy.items > 0) found = groups;
  }
  return found;
}
