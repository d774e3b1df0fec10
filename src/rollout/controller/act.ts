import type { Rollout } from "../state.ts";
import { changed, refused, unchanged, type Answer, type Asked } from "./answer.ts";
import { abort, pause, resume, rollback } from "./act-back.ts";
import { advanceByHand, complete, start } from "./act-onward.ts";
import { approve, reject } from "./act-approve.ts";
import { legal } from "./legal.ts";
import type { Order, Ordered } from "./order.ts";
import { isUnstarted } from "./statuses.ts";

const MAX_NOTES = 20;
const MAX_ACKNOWLEDGED = 50;

/** What an order comes to: another rollout with edits of flags and a reason, or why not. Pure; asked twice it changes once. */
export function act(order: Exclude<Order, { action: "create" }>, asked: Asked): Answer {
  const { status } = asked.rollout;
  const says = legal[order.action][status.name];
  if (says === "is") return unchanged(`it is ${status.name} already`);
  if (says !== "may") return refused(`cannot ${order.action}: the rollout is ${status.name}: ${says.not}`);
  switch (order.action) {
    case "check":
      return check(asked);
    case "start":
      return start(order, asked);
    case "pause":
      return pause(order, asked);
    case "resume":
      return resume(asked);
    case "advance":
      return advanceByHand(order, asked);
    case "approve":
      return approve(order, asked);
    case "reject":
      return reject(order, asked);
    case "acknowledge":
      return acknowledge(order, asked);
    case "rollback":
      return rollback(order, asked);
    case "abort":
      return abort(order, asked);
    case "complete":
      return complete(order, asked);
    case "tick":
      return tick(order, asked);
    case "note":
      return note(order, asked);
    case "drilled":
      return drilled(order, asked);
    default:
      return order satisfies never;
  }
}

/** A rollout of a plan as it is written down: nothing is checked, nothing moves. */
export function draft(id: string, plan: Rollout["plan"], planHash: string): Rollout {
  return {
    id,
    plan,
    planHash,
    startedBy: null,
    status: { name: "draft" },
    visit: 0,
    enteredAt: null,
    shed: null,
    limits: { lateMs: null, slowMs: null },
    approvals: [],
    acknowledged: [],
    ticked: [],
    baseline: null,
    drill: null,
    notes: [],
  };
}

function check({ rollout, prechecks }: Asked): Answer {
  if (!isUnstarted(rollout.status)) return unchanged("it was started");
  const red = prechecks.filter(({ green }) => !green);
  const name = red.length === 0 ? "ready" : "pending";
  const what =
    red.length === 0
      ? "every precheck is green"
      : `missing: ${red.map((one) => `${one.name}: ${one.text}`).join("; ")}`;
  return rollout.status.name === name ? unchanged(what) : changed({ ...rollout, status: { name } }, what);
}

function acknowledge({ gate, by, why, until }: Ordered<"acknowledge">, { rollout, nowMs }: Asked): Answer {
  if (gate.trim() === "") return refused("cannot acknowledge: say which gate or alarm");
  if (why.trim() === "") return refused("cannot acknowledge: say why it is expected");
  const untilMs = Date.parse(until);
  if (!(untilMs > nowMs)) return refused(`cannot acknowledge: until must be a time to come: it is "${until}"`);
  const before = rollout.acknowledged.find((one) => one.gate === gate);
  const end = new Date(untilMs).toISOString();
  if (before?.why === why && before.until === end) return unchanged(`\`${gate}\` is acknowledged already`);
  const acknowledgement = { gate, by, at: new Date(nowMs).toISOString(), why, until: end };
  const others = rollout.acknowledged.filter((one) => one.gate !== gate && Date.parse(one.until) > nowMs);
  const acknowledged = [...others, acknowledgement].slice(-MAX_ACKNOWLEDGED);
  return changed({ ...rollout, acknowledged }, `\`${gate}\` is expected until ${end}`, { why });
}

function tick({ precheck, by, evidence }: Ordered<"tick">, { rollout, nowMs }: Asked): Answer {
  const { manual } = rollout.plan.prechecks;
  if (!manual.includes(precheck)) {
    return refused(`cannot tick: the plan has no precheck by hand \`${precheck}\`: it has ${listed(manual)}`);
  }
  if (evidence.trim() === "") return refused("cannot tick: say by what evidence");
  if (rollout.ticked.some(({ name }) => name === precheck)) return unchanged(`\`${precheck}\` is ticked already`);
  const ticked = [...rollout.ticked, { name: precheck, by, at: new Date(nowMs).toISOString(), evidence }];
  return changed({ ...rollout, ticked }, `\`${precheck}\` is ticked`, { why: evidence });
}

function note({ text, by }: Ordered<"note">, { rollout, nowMs }: Asked): Answer {
  if (text.trim() === "") return refused("cannot note: there is no text");
  const notes = [...rollout.notes, { by, at: new Date(nowMs).toISOString(), text }].slice(-MAX_NOTES);
  return changed({ ...rollout, notes }, "note", { why: text });
}

function drilled({ seconds, by }: Ordered<"drilled">, { rollout, nowMs }: Asked): Answer {
  if (!Number.isFinite(seconds) || seconds < 0) return refused(`cannot note a drill of ${seconds} seconds`);
  const drill = { at: new Date(nowMs).toISOString(), by, seconds };
  return changed({ ...rollout, drill }, `drilled: every instance was on legacy after ${seconds} s`);
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map((name) => `\`${name}\``).join(", ");
}
