import { createHash } from "node:crypto";
import type { Checkpoint } from "../checkpoint.ts";
import { changed, refused, unchanged, type Answer, type Asked } from "./answer.ts";
import { paused } from "./act-back.ts";
import type { Ordered } from "./order.ts";
import { phaseOf } from "./change-status.ts";

/** Taken only where it is all that is missing, of who may, once from everybody. */
export function approve({ by }: Ordered<"approve">, asked: Asked): Answer {
  const { rollout, last, nowMs } = asked;
  const { plan, visit } = rollout;
  const approval = plan.phases[phaseOf(rollout.status) ?? -1]?.approval ?? null;
  if (approval === null) return refused("cannot approve: this phase asks for no approval");
  if (rollout.approvals.some((one) => one.visit === visit && isSame(one.by, by)))
    return unchanged("you have approved already");
  if (approval.names.length > 0 && !approval.names.some((name) => isSame(name, by))) {
    return refused(`cannot approve: it is for ${approval.names.join(", ")} to approve`);
  }
  const isAuthor = isSame(plan.author, by) || (rollout.startedBy !== null && isSame(rollout.startedBy, by));
  if (approval.notAuthor && isAuthor) return refused("cannot approve: whoever wrote or started the plan may not");
  if (!isAsking(asked) || last === null) {
    return refused(
      `cannot approve: ${last === null ? "there is no checkpoint yet" : `the last checkpoint says: ${last.why}`}`,
    );
  }
  const evidence = hashOf(last);
  const given = { by, at: new Date(nowMs).toISOString(), visit, evidence };
  return changed({ ...rollout, approvals: [...rollout.approvals, given] }, `approved on checkpoint ${last.name}`, {
    why: `${last.why} (evidence ${evidence.slice(0, 12)})`,
  });
}

/** People have to look: it is paused. */
export function reject({ by, reason }: Ordered<"reject">, asked: Asked): Answer {
  if (reason.trim() === "") return refused("cannot reject: say why");
  if (!isAsking(asked)) return refused("cannot reject: nothing waits for an approval");
  const at = new Date(asked.nowMs).toISOString();
  return paused({ ...asked.rollout, approvals: [] }, { by, reason: `rejected: ${reason}`, at });
}

function isAsking({ rollout, last }: Asked): boolean {
  return last?.conclusion === "ask-approval" && last.scope === `${rollout.id}.${rollout.visit}`;
}

/** What was approved: every figure of it. */
function hashOf(checkpoint: Checkpoint): string {
  return createHash("sha256").update(JSON.stringify(checkpoint)).digest("hex");
}

/** Whoever it is, by token or at the command line: `token:anna` is `anna`. */
function isSame(one: string, other: string): boolean {
  return nameOf(one) === nameOf(other);
}

function nameOf(by: string): string {
  return by.slice(by.indexOf(":") + 1);
}
