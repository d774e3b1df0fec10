import { createHash } from "node:crypto";
import type { Checkpoint } from "../checkpoint.ts";
import { saidBy } from "./words.ts";
import { say } from "../../lib/sentence.ts";
import { NOTHING_WAITS } from "./legal.ts";
import { changed, refused, unchanged, type Answer, type Asked } from "./answer.ts";
import { paused, SAY_WHY } from "./act-back.ts";
import type { Ordered } from "./order.ts";
import { phaseOf } from "./change-status.ts";

/** Taken only where it is all that is missing, of who may, once from everybody. */
export function approve({ by, reason = "" }: Ordered<"approve">, asked: Asked): Answer {
  const { rollout, last, nowMs } = asked;
  const { plan, visit } = rollout;
  const approval = plan.phases[phaseOf(rollout.status) ?? -1]?.approval ?? null;
  if (approval === null) {
    return refused("approve", say("this phase asks for no approval", "esta fase não pede aprovação"));
  }
  if (rollout.approvals.some((one) => one.visit === visit && isSame(one.by, by)))
    return unchanged("you have approved already");
  if (approval.names.length > 0 && !approval.names.some((name) => isSame(name, by))) {
    const names = approval.names.join(", ");
    return refused("approve", say(`it is for ${names} to approve`, `cabe a ${names} aprovar`));
  }
  const isAuthor = isSame(plan.author, by) || (rollout.startedBy !== null && isSame(rollout.startedBy, by));
  if (approval.notAuthor && isAuthor) {
    return refused(
      "approve",
      say("whoever wrote or started the plan may not", "quem escreveu ou iniciou o plano não pode"),
    );
  }
  if (!isAsking(asked) || last === null) {
    if (last === null) return refused("approve", say("there is no checkpoint yet", "ainda não há checkpoint"));
    const { text, pt } = saidBy(last);
    return refused("approve", say(`the last checkpoint says: ${text}`, `o último checkpoint diz: ${pt}`));
  }
  const evidence = hashOf(last);
  const given = { by, at: new Date(nowMs).toISOString(), visit, evidence };
  const approvals = [...rollout.approvals, given];
  const many = new Set(approvals.filter((one) => one.visit === visit).map((one) => one.by)).size;
  return changed({ ...rollout, approvals }, `approved on checkpoint ${last.name}`, {
    why: `${reason === "" ? "" : `${reason}; `}${many} of ${approval.count} approvals are given (evidence ${evidence.slice(0, 12)})`,
  });
}

/** People have to look: it is paused. */
export function reject({ by, reason }: Ordered<"reject">, asked: Asked): Answer {
  if (reason.trim() === "") return refused("reject", SAY_WHY);
  if (!isAsking(asked)) return refused("reject", NOTHING_WAITS);
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
