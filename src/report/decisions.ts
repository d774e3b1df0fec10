import type { AuditEntry } from "../registry/index.ts";
import type { Checkpoint, Rollout } from "../rollout/index.ts";
import { auditedIn, kindOf, phaseIn } from "./audited.ts";
import type { Decision } from "./facts.ts";
import { missedIn } from "./missed.ts";
import { otherDecision } from "./other-decisions.ts";
import type { Sources } from "./sources.ts";
import { byOf, type Stay } from "./stays.ts";

/** Everything that was decided or came about, or should have, oldest first. */
export function decisionsOf(
  sources: Omit<Sources, "newest"> & { readonly stays: readonly Stay[]; readonly nowMs: number },
): readonly Decision[] {
  const { rollout, audit, checkpoints } = sources;
  // Flags that a rollout sets are written with it.
  const own = new Set(audit.filter(({ subject, action }) => isOwn(rollout, { subject, action })).map(versionOf));
  const done = audit.flatMap((entry): readonly Decision[] => {
    if (isOwn(rollout, entry)) return ownDecision(rollout, entry);
    return own.has(entry.version) ? [] : otherDecision(entry);
  });
  // At the same time, what was asked for comes before it is done.
  return [...missedIn(sources), ...waitsOf(checkpoints), ...done].toSorted((one, other) =>
    one.at.localeCompare(other.at),
  );
}

const versionOf = ({ version }: AuditEntry): number => version;

function isOwn({ id }: Rollout, { action, subject }: Pick<AuditEntry, "action" | "subject">): boolean {
  return action === "rollout-set" && subject === id;
}

function ownDecision({ plan }: Rollout, entry: AuditEntry): readonly Decision[] {
  const after = auditedIn(entry.after);
  if (after === null) return [];
  const index = phaseIn(after);
  const why = entry.reason ?? "";
  return [
    {
      at: entry.at,
      until: null,
      times: 1,
      seq: entry.seq,
      by: byOf(entry),
      what: kindOf(auditedIn(entry.before), after),
      phase: index === null ? null : (plan.phases[index]?.name ?? null),
      why,
      break_glass: why.includes("glass broken: "),
    },
  ];
}

interface Wait {
  /** What a run of checkpoints has in common. */
  readonly key: string;
  readonly what: "approval-wanted" | "decision-due" | "held";
  readonly why: string;
}

/** What somebody was waited for, or what kept it from going on: each run of checkpoints that say so is told once. */
function waitsOf(checkpoints: readonly Checkpoint[]): readonly Decision[] {
  const runs: { readonly first: Checkpoint; last: Checkpoint; wait: Wait; times: number }[] = [];
  let open = new Map<string, (typeof runs)[number]>();
  for (const checkpoint of checkpoints) {
    const known = open;
    open = new Map();
    for (const wait of waitsIn(checkpoint)) {
      const run = known.get(wait.key) ?? { first: checkpoint, last: checkpoint, wait, times: 0 };
      if (run.times === 0) runs.push(run);
      open.set(wait.key, Object.assign(run, { last: checkpoint, wait, times: run.times + 1 }));
    }
  }
  return runs.map(({ first, last, wait: { what, why }, times }) => ({
    at: first.at,
    until: times > 1 ? last.at : null,
    times,
    seq: null,
    by: "automatic:rollout",
    what,
    phase: last.phase,
    why,
    break_glass: false,
  }));
}

/** That there is not enough yet is nothing to tell of, nor is what somebody expects. */
function waitsIn(checkpoint: Checkpoint): readonly Wait[] {
  const { scope, conclusion, why, due = [] } = checkpoint;
  const bad = badIn(checkpoint);
  const held = [scope, ...bad.map(({ gate, verdict }) => `${gate} ${verdict}`)].join(" ");
  return [
    ...due.map((one): Wait => ({ key: `${scope} due ${one.mark}`, what: "decision-due", why: one.why })),
    ...(conclusion === "ask-approval" ? [{ key: `${scope} approval`, what: "approval-wanted", why } as const] : []),
    ...(conclusion === "hold" && bad.length > 0 ? [{ key: held, what: "held", why: whyOf(checkpoint) } as const] : []),
  ];
}

/** Why nothing follows, with what gates said, whatever else there is to wait for. */
export function whyOf(checkpoint: Checkpoint): string {
  const { why } = checkpoint;
  const said = badIn(checkpoint).map(({ gate, text }) => `${gate}: ${text}`);
  return [...said.filter((one) => !why.includes(one)), why].join("; ");
}

function badIn({ gates }: Checkpoint): Checkpoint["gates"] {
  return gates.filter(({ verdict, expected }) => !expected && verdict !== "PASS" && verdict !== "INCONCLUSIVE");
}
