import type { NoticeSeverity } from "../model/index.ts";
import { whyOf } from "../report/index.ts";
import { dueWords, missedSince, type Checkpoint, type Progress, type Rollout } from "../rollout/index.ts";
import { auditedOf, type Audited, type AuditLine } from "./audited.ts";
import type { Cursor } from "./cursor.ts";
import type { Notice } from "./notice.ts";
import { plainNotice, rolloutNotice, type Place, type Telling } from "./told.ts";

/** What was read of one rollout since the last look. */
export interface SeenRollout {
  readonly rollout: Rollout;
  /** The newest first; so many that those not looked at yet are among them. */
  readonly checkpoints: readonly Checkpoint[];
  readonly progress: Progress | null;
}

export interface Seen extends Place {
  readonly nowMs: number;
  /** Lines after the cursor's, in their order. */
  readonly audit: readonly AuditLine[];
  /** Every rollout that is known. */
  readonly rollouts: readonly Rollout[];
  /** Those whose checkpoints were read. */
  readonly looked: readonly SeenRollout[];
}

export interface ToldOf {
  readonly notices: readonly Notice[];
  readonly cursor: Cursor;
}

/** What is to be told of what was not told yet. Pure: asked again with the same cursor it tells the same, by the same ids. */
export function toldOf(cursor: Cursor, seen: Seen): ToldOf {
  const audited = seen.audit.map((line) => auditNotice(line, seen)).filter((one) => one !== null);
  const looks = seen.looked.map((one) => lookNotices(cursor, one, seen));
  const known = new Set(seen.rollouts.map(({ id }) => id));
  return {
    notices: [...audited, ...looks.flatMap(({ notices }) => notices)].toSorted((a, b) => a.at.localeCompare(b.at)),
    cursor: {
      ...cursor,
      seq: seen.audit.at(-1)?.seq ?? cursor.seq,
      checkpoints: kept(
        { ...cursor.checkpoints, ...Object.fromEntries(looks.flatMap(({ checkpoint }) => checkpoint)) },
        known,
      ),
      told: kept({ ...cursor.told, ...Object.fromEntries(looks.map(({ told }) => told)) }, known),
    },
  };
}

/** Where nobody has told anything yet: nothing that was before is told. */
export function startingAt(cursor: Cursor, seq: number, looked: readonly SeenRollout[]): Cursor {
  const told = looked.map(({ rollout: { id, visit }, progress }): readonly [string, Told] => [
    id,
    { visit, marks: [...(progress?.told ?? [])] },
  ]);
  const checkpoints = looked.flatMap(({ rollout: { id }, checkpoints: [newest] }) =>
    newest === undefined ? [] : [[id, markOf(newest)] as const],
  );
  return { ...cursor, seq, checkpoints: Object.fromEntries(checkpoints), told: Object.fromEntries(told) };
}

function auditNotice(line: AuditLine, seen: Seen): Notice | null {
  const audited = auditedOf(line);
  if (audited === null) return null;
  const stamp = { id: `audit-${line.seq}-${line.hash.slice(0, 12)}`, at: line.at };
  const rollout = seen.rollouts.find(({ id }) => line.action === "rollout-set" && id === audited.subject);
  if (rollout === undefined) return plainNotice(audited, stamp, seen);
  const checkpoints = seen.looked.find((one) => one.rollout.id === rollout.id)?.checkpoints ?? [];
  const { event, severity, why, by } = audited;
  const what = whatOf(audited, rollout);
  // Of the phase it was in: what another phase has is not its evidence.
  const phase = rollout.plan.phases[audited.from ?? audited.phase ?? -1]?.name;
  // Whatever was seen before it began is of another time in its phase.
  const before = event === "started" ? [] : checkpoints;
  const checkpoint = before.find((one) => one.phase === phase && one.at <= line.at) ?? null;
  const isByItself = event === "rollback" && !by.includes(":");
  const telling = {
    ...stamp,
    event,
    severity,
    what,
    why,
    by,
    phase: audited.phase,
    verdict: isByItself ? "FAIL" : null,
  };
  return rolloutNotice(telling, rollout, { ...seen, checkpoint });
}

function whatOf({ event, severity, what, phase, from }: Audited, { plan }: Rollout): string {
  const [to, was] = [plan.phases[phase ?? -1]?.name ?? "?", plan.phases[from ?? -1]?.name ?? "?"];
  if (event === "rollback") return what.replace(/^rolled back/, `rolled back from ${to}`);
  if (event !== "phase") return what;
  return severity === "info" ? `${was} -> ${to}` : `${what} to ${to}`;
}

const asking = "ask-approval";

function lookNotices(cursor: Cursor, { rollout, checkpoints, progress }: SeenRollout, seen: Seen) {
  const { id, visit } = rollout;
  let last = cursor.checkpoints[id] ?? null;
  const notices: Notice[] = [];
  const since = last;
  const news = checkpoints.filter(
    ({ at, name }) => since === null || at > since.at || (at === since.at && name !== since.name),
  );
  for (const checkpoint of news.toReversed()) {
    const telling = checkpointTelling(last, checkpoint, rollout);
    if (telling !== null) notices.push(rolloutNotice(telling, rollout, { ...seen, checkpoint }));
    last = markOf(checkpoint);
  }
  const before = cursor.told[id];
  const marks = before?.visit === visit ? before.marks : [];
  const due = dueTellings(rollout, progress, { marks, seen, newest: checkpoints[0] ?? null });
  for (const { telling } of due)
    notices.push(rolloutNotice(telling, rollout, { ...seen, checkpoint: checkpoints[0] ?? null }));
  const told = { visit, marks: [...marks, ...due.map(({ mark }) => mark)].slice(-20) };
  return { notices, checkpoint: last === null ? [] : [[id, last] as const], told: [id, told] as const };
}

type Told = Cursor["told"][string];
type Mark = Cursor["checkpoints"][string];

function markOf({ at, name, scope, status, conclusion }: Checkpoint): Mark {
  return { at, name, scope, status, asks: conclusion === asking };
}

/** Where the verdict is another, or somebody is asked. What moves it is told as that. */
function checkpointTelling(last: Mark | null, checkpoint: Checkpoint, rollout: Rollout): Telling | null {
  const { at, name, scope, status, conclusion, why, phase } = checkpoint;
  if (conclusion !== "hold" && conclusion !== asking) return null;
  const isSameStay = last?.scope === scope;
  const index = rollout.plan.phases.findIndex((one) => one.name === phase);
  const base = {
    id: `checkpoint-${rollout.id}-${scope}-${at}-${name}`,
    at,
    why,
    by: null,
    phase: index === -1 ? null : index,
    verdict: status,
  };
  if (conclusion === asking) {
    if (isSameStay && last.asks) return null;
    const isApproval = (rollout.plan.phases[index]?.approval ?? null) !== null && !why.includes("complete it");
    return isApproval
      ? { ...base, event: "approval-wanted", severity: "warning", what: "approval wanted" }
      : {
          ...base,
          event: "decision-due",
          severity: "warning",
          what: "everything is passed, somebody has to complete it",
        };
  }
  const was = isSameStay ? last.status : "INCONCLUSIVE";
  if (status === was) return null;
  return {
    ...base,
    why: whyOf(checkpoint),
    event: "verdict",
    severity: gravityOf(status),
    what: `${was} -> ${status}`,
  };
}

function gravityOf(status: string): NoticeSeverity {
  return status === "PASS" || status === "INCONCLUSIVE" ? "info" : "warning";
}

interface Around {
  readonly marks: readonly string[];
  readonly seen: Seen;
  readonly newest: Checkpoint | null;
}

function dueTellings(rollout: Rollout, progress: Progress | null, { marks, seen, newest }: Around) {
  const { id, visit, plan } = rollout;
  const base = { by: null, phase: null, verdict: null, severity: "warning" as const };
  const at = new Date(seen.nowMs).toISOString();
  const owed = (progress?.visit === visit ? progress.told : []).filter(
    (mark) => Object.hasOwn(dueWords, mark) && !marks.includes(mark),
  );
  const due = owed.map((mark) => ({
    mark,
    telling: {
      ...base,
      id: `due-${id}-${visit}-${mark}`,
      event: "decision-due" as const,
      at,
      what: dueWords[mark] ?? mark,
      why: newest?.why ?? "",
    },
  }));
  const lastAt = missedSince(rollout, newest, seen.nowMs);
  const mark = `missed ${lastAt}`;
  if (lastAt === null || marks.includes(mark)) return due;
  const what = "a checkpoint was missed";
  const why = `There was none since ${lastAt}, and one is due every ${Math.round(plan.checkpoints.everyMs / 60_000)} min: look whether the store is up.`;
  return [
    ...due,
    { mark, telling: { ...base, id: `missed-${id}-${lastAt}`, event: "checkpoint-missed" as const, at, what, why } },
  ];
}

function kept<T>(all: Readonly<Record<string, T>>, known: ReadonlySet<string>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([id]) => known.has(id)));
}
