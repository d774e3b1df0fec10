/**
 * What a flag says for a shopper, and what the flags of a route make of a delivery (SPEC 2 and 3). In go flags as they
 * are written, stored or set in the environment; out come decisions, with their reasons. Pure but for the cell, which
 * holds the snapshot in force: no I/O, no clock, no randomness. Deciding never waits and never throws, and shadow and
 * dual-run are never off but by a value that says so.
 */
export type { Flag, FlagDefinition, FlagOf, Json, JsonObject } from "./flag.ts";
export { blankDefinition, unsetFlag, withLists } from "./flag.ts";
export type { Change, FlagChange, FlagState, ListChange, ListId } from "./change.ts";
export { applyChange, emptyFlagState, miscountedFlags } from "./change.ts";
export type { Collection, DocumentChange, DocumentId, Documents, StoredDocument } from "./document.ts";
export { documentId, documentName, documentsOf, isDocumentId } from "./document.ts";
export { ShopperTable } from "./shopper-list.ts";
export type { SharedTable } from "./table-parts.ts";
export type { Edit, FlagFields, FlagList } from "./edit.ts";
export type { Edited, Plan, PlanContext, PlanState } from "./plan.ts";
export { planWrite } from "./plan-write.ts";
export type { RoutePreview, WritePreview } from "./preview-write.ts";
export { previewWrite } from "./preview-write.ts";
export type { WhoChanges } from "./who-changes.ts";
export type { Hold } from "./hold.ts";
export { holdsIn } from "./hold.ts";
export type { ParsedForm, Said } from "./forms.ts";
export { formOf, parseForm } from "./forms.ts";
export type { GuideContext, ParsedGuideForm } from "./guide-form.ts";
export { parseGuideForm } from "./guide-form.ts";
export type { Explanation } from "./explain.ts";
export { explain } from "./explain.ts";
export type { FlagPhase } from "./phase.ts";
export { percentageOf, phaseOf } from "./phase.ts";
export { LIST, listFault } from "./member.ts";
export type { Problem } from "./problem.ts";
export { describeProblem, showKind, showValue } from "./problem.ts";
export type { ParsedFlag } from "./schema.ts";
export { NAME, PERCENT_MUST, SETTINGS, isFlagKey, isJson, isPercent, isSettings, parseFlag } from "./schema.ts";
export type { CompiledFlag, FlagSource } from "./compile.ts";
export { compileFlag } from "./compile.ts";
export type { Decision, Reason } from "./decide.ts";
export { decide } from "./decide.ts";
export type { FlagLayer, ResolvedFlag } from "./layers.ts";
export { resolveFlags } from "./layers.ts";
export { roleProblems } from "./roles.ts";
export type { Snapshot } from "./snapshot.ts";
export { createSnapshot } from "./snapshot.ts";
export { decideKey } from "./ask.ts";
export type { FlagDecision, ModeDecision } from "./mode.ts";
export { decideMode, flagDecision } from "./mode.ts";
export type { InForce, Reached } from "./newly-cut-over.ts";
export { describeCutOver, newlyCutOver, offForBoth } from "./newly-cut-over.ts";
export { canBeOn, reachableModes } from "./reach.ts";
export type { Environment, EnvironmentFlags } from "./env.ts";
export { flagsFromEnv } from "./env.ts";
export type { FlagCell } from "./cell.ts";
export { createFlagCell } from "./cell.ts";
export type { TriageMark } from "./triage-mark.ts";
export { readTriage, triageStates } from "./triage-mark.ts";
