import { holding, isJudged, isLegal, isUnstarted, servesStill } from "../../../../rollout/index.ts";
import type { Role } from "../../../deps.ts";
import { actions } from "../../../orders.ts";
import type { View } from "../../page.ts";
import { approvalsMissing, toTick, type Facts } from "./facts.ts";

/** What people ask of a rollout on its page: its orders, and a look now. */
export const asks = [...actions, "checkpoint"] as const;

export type Ask = (typeof asks)[number];

export function roleOf(ask: Ask): Role {
  return ask === "approve" || ask === "reject" ? "approve" : "operate";
}

/** Where its question is asked, and where its form is sent. */
export function askPath(id: string, ask: Ask): string {
  return `/rollouts/${encodeURIComponent(id)}/${ask}`;
}

/** Whether it makes sense now, and this person may. What is refused for other reasons is said when it is. */
export function isOffered(view: View, facts: Facts, ask: Ask): boolean {
  return view.may(roleOf(ask)) && isPossible(facts, ask);
}

export function isPossible(facts: Facts, ask: Ask): boolean {
  const { rollout, phase, isLast, last } = facts;
  const { status, shed, lowered } = rollout;
  const { name } = status;
  switch (ask) {
    case "checkpoint":
      return isJudged(status) || servesStill(rollout) || name === "completed";
    case "drill":
      return isLegal("drilled", name);
    case "tick":
      return isLegal("tick", name) && toTick(facts).length > 0;
    case "approve":
    case "reject":
      return isLegal(ask, name) && (phase?.approval ?? null) !== null && last?.conclusion === "ask-approval";
    case "resume":
      return isLegal("resume", name) && (name !== "running" || shed !== null || lowered !== null);
    case "advance":
      return isLegal("advance", name) && !isLast;
    case "complete":
      return isLegal("complete", name) && isLast;
    case "acknowledge":
      return isLegal("acknowledge", name) && (isUnstarted(status) || isJudged(status));
    case "start":
    case "pause":
    case "rollback":
    case "abort":
    case "note":
      return isLegal(ask, name);
    default:
      return ask satisfies never;
  }
}

/** Beside the others: what most come for. */
export function isForemost({ rollout, isLast, last }: Facts, ask: Ask): boolean {
  const { status } = rollout;
  switch (ask) {
    case "start":
      return true;
    case "approve":
    case "reject":
    case "rollback":
    case "checkpoint":
      return true;
    case "pause":
      return status.name === "running";
    case "resume":
      return true;
    case "complete":
      return isLast && last !== null && holding(last.gates).length === 0;
    default:
      return false;
  }
}

/** What is done by it may serve others than now: it is asked as such. */
export function changesWho(ask: Ask): boolean {
  return ask === "start" || ask === "advance" || ask === "drill";
}

/** What speaks against it, where the glass may be broken. */
export function mayBreakGlass(ask: Ask): boolean {
  return ask === "start" || ask === "advance" || ask === "complete";
}

/** It would be the last one that is missing. */
export function isLastApproval(facts: Facts): boolean {
  return approvalsMissing(facts) === 1;
}
