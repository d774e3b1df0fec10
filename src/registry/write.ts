import { isDocumentId, planWrite, type Edit, type Plan, type PlanContext } from "../flags/index.ts";
import { actorText, draftOf, type AuditStamp, type Hash } from "./audit-draft.ts";
import type { Committing } from "./committing.ts";
import type { Known } from "./known.ts";
import type { WriteAnswer, WriteRequest } from "./registry.ts";
import type { Store, StoredState } from "./store.ts";

export interface WriteDeps {
  readonly known: Known;
  readonly committing: Committing;
  readonly plan: Pick<PlanContext, "definitions" | "routes" | "mayReverse" | "environment">;
  readonly hash: Hash;
  readonly stamp: (request: Pick<WriteRequest, "actor" | "reason">) => AuditStamp;
  /** What is known is brought to where the store is. */
  readonly sync: (store: Store) => Promise<void>;
  /** Between tries: two writers in step would else take turns at losing. */
  readonly pause: (attempt: number) => Promise<void>;
}

const MAX_TRIES = 5;
const noReason = { where: "reason", is: "missing", must: "given where the glass is broken: the audit keeps it" };

/** Plans against what the store holds now and commits, anew where somebody else was faster. */
export async function writeTo(store: Store, request: WriteRequest, deps: WriteDeps): Promise<WriteAnswer> {
  if (request.breakGlass === true && request.reason === null) return { kind: "invalid", problems: [noReason] };
  const { known } = deps;
  let planned = known.state.position.version;
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    await deps.sync(store);
    const refused = conflictOf(request.expect, known.state) ?? unreadableOf(request.edits, known.state);
    if (refused !== null) return refused;
    planned = known.state.position.version;
    const answer = await tryOnce(store, request, deps);
    if (answer !== null) return answer;
    await deps.pause(attempt);
  }
  await deps.sync(store);
  return { kind: "conflict", subject: null, expected: planned, actual: known.state.position.version };
}

/** null: the store has moved since it was planned. */
async function tryOnce(store: Store, request: WriteRequest, deps: WriteDeps): Promise<WriteAnswer | null> {
  const { known, committing } = deps;
  const stamp = deps.stamp(request);
  const { position } = known.state;
  const version = position.version + 1;
  const by = actorText(request.actor);
  const { rollout, breakGlass } = request;
  const plan = planWrite(known.state, request.edits, { ...deps.plan, version, at: stamp.at, by, rollout, breakGlass });
  if (plan.kind !== "change") return answerOf(plan, position.version);
  const drafts = plan.edited.map((edited) => draftOf(edited, stamp, deps.hash));
  const committed = await committing.change(store, plan.change, plan.next, drafts);
  return committed === "moved" ? null : { kind: "written", version, edited: plan.edited };
}

function answerOf(plan: Exclude<Plan, { kind: "change" }>, version: number): WriteAnswer {
  return plan.kind === "unchanged" ? { kind: "unchanged", version } : plan;
}

function conflictOf(
  { version, flags = {}, documents = {} }: WriteRequest["expect"],
  state: StoredState,
): WriteAnswer | null {
  for (const [subject, expected] of Object.entries(flags)) {
    const actual = state.flags.get(subject)?.version ?? 0;
    if (actual !== expected) return { kind: "conflict", subject, expected, actual };
  }
  for (const [subject, expected] of Object.entries(documents)) {
    const actual = (isDocumentId(subject) ? state.documents.get(subject)?.version : null) ?? 0;
    if (actual !== expected) return { kind: "conflict", subject, expected, actual };
  }
  const actual = state.position.version;
  if (version === undefined || version === actual) return null;
  return { kind: "conflict", subject: null, expected: version, actual };
}

/** What is kept of a record that cannot be read is not known: an edit of parts would lose it. */
function unreadableOf(edits: readonly Edit[], { unreadable }: StoredState): WriteAnswer | null {
  const edit = edits.find(
    (edit) => (edit.kind === "patch" || edit.kind === "members") && unreadable.includes(edit.key),
  );
  if (edit === undefined || !("key" in edit)) return null;
  const why = `the stored record of ${edit.key} cannot be read, so that parts of it cannot be changed: put it whole`;
  return { kind: "refused", why };
}
