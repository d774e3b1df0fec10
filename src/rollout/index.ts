/**
 * Plans, evidence, gates and the controller that moves a share by them. In: what is known (counts, flags, time); out: a write of
 * flags and state together, and what is to be told. Pure but for its ports; it never touches a delivery, and on doubt it holds.
 */
export type {
  Plan,
  Phase,
  Approval,
  FastLane,
  Prechecks,
  AutomaticPrecheck,
  Procedure,
  RollbackTarget,
} from "./plan.ts";
export type { Audience, AudienceTemplate, TemplateField } from "./audience.ts";
export { filledIn, templateFields } from "./audience.ts";
export type { Gate, GateType, GateResult, GateVerdict, MetricSource, OnFail } from "./gate.ts";
export type { Alert, Checkpoint, Conclusion } from "./checkpoint.ts";
export type { Acknowledgement, Baseline, GivenApproval, Note, Progress, Rollout, Status, Ticked } from "./state.ts";
export type {
  Measured,
  RolloutEvent,
  RolloutJournal,
  RolloutPorts,
  RolloutWrite,
  RolloutWritten,
  Surroundings,
} from "./ports.ts";
export type { ParsedPlan, PlanProblem } from "./plan-schema.ts";
export { parsePlan } from "./plan-schema.ts";
export { gatesOf } from "./gates-of.ts";
export { phasesIn } from "./phases.ts";
export type { EnterPhase, PhaseEdits, RollBack } from "./shares.ts";
export type { ExpectedFlag } from "./phase-flags.ts";
export { expectedFields } from "./phase-flags.ts";
export { holding, judge, type Judged } from "./judge.ts";
export { createFastLane, newsOf } from "./fast-lane.ts";
export type { FastLaneOptions, FastLaneWatch, Trip, Watcher } from "./fast-lane.ts";
export type { ExplainedGate } from "./explain-gate.ts";
export { sharesText } from "./explain-phase.ts";
export type { ExplainedPhase } from "./explain-phase.ts";
export type { PlanExplanation } from "./explain.ts";
export { explainPlan, targetText } from "./explain.ts";
export type { Controller } from "./controller/controller.ts";
export type { ControllerOptions } from "./controller/options.ts";
export { createController } from "./controller/controller.ts";
export type { Precheck } from "./controller/answer.ts";
export type { Action, ActAnswer, Order } from "./controller/order.ts";
export { untickedIn } from "./controller/time.ts";
export { isLegal } from "./controller/legal.ts";
export { durationMs } from "./plan-fields.ts";
export { dueWords, isDecisionDue, missedAfterMs, missedSince, type KeptOf } from "./awaited.ts";
export { readRollout } from "./stored.ts";
export { phaseBack, wayBack } from "./way-back.ts";
export { isApproved } from "./controller/time.ts";
export { furtherBack, isJudged, isUnstarted, servesStill } from "./controller/statuses.ts";
export { count, percent, span } from "./gates/words.ts";
export { groupsOf, type Group, type Groups } from "./groups.ts";
export type { Pairs, Quantile, Quantiles, Rate } from "./pairs.ts";
export { targetName, untilResumed } from "./controller/words.ts";
