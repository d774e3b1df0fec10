import { isDocumentId, planWrite, previewWrite, type Edit, type Plan, type PlanContext } from "../flags/index.ts";
import { actorText, draftOf, type AuditStamp, type Hash } from "./audit-draft.ts";
import type { Committing } from "./committing.ts";
import type { Known } from "./known.ts";
import type { PreviewAnswer, WriteAnswer, WriteRequest } from "./registry.ts";
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

/** What `writeTo` would do to what is known. */
export function previewOf(
  request: WriteRequest,
  { known, plan, stamp }: Pick<WriteDeps, "known" | "plan" | "stamp">,
): PreviewAnswer {
  const { state } = known;
  const refused = conflictOf(request.expect, state) ?? unreadableOf(request.edits, state);
  if (refused !== null) return refused;
  const { version } = state.position;
  const preview = previewWrite(state, request.edits, contextOf(request, { plan, version, at: stamp(request).at }));
  return preview.kind === "change" || preview.kind === "unchanged" ? { ...preview, version } : preview;
}

function contextOf(
  { actor, rollout, breakGlass }: WriteRequest,
  { plan, version, at }: Pick<WriteDeps, "plan"> & Pick<PlanContext, "version" | "at">,
): PlanContext {
  return { ...plan, version: version + 1, at, by: actorText(actor), rollout, breakGlass };
}

/** null: the store has moved since it was planned. */
async function tryOnce(store: Store, request: WriteRequest, deps: WriteDeps): Promise<WriteAnswer | null> {
  const { known, committing } = deps;
  const stamp = deps.stamp(request);
  const { position } = known.state;
  const version = position.version + 1;
  const context = contextOf(request, { plan: deps.plan, version: position.version, at: stamp.at });
  const plan = planWrite(known.state, request.edits, context);
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
): Extract<WriteAnswer, { kind: "conflict" }> | null {
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
function unreadableOf(
  edits: readonly Edit[],
  { unreadable }: StoredState,
): Extract<WriteAnswer, { kind: "refused" }> | null {
  const edit = edits.find(
    (edit) => (edit.kind === "patch" || edit.kind === "members") && unreadable.includes(edit.key),
  );
  if (edit === undefined || !("key" in edit)) return null;
  const why = `the stored record of ${edit.key} cannot be read, so that parts of it cannot be changed: put it whole`;
  const pt = `o registro gravado de ${edit.key} não pode ser lido, por isso não se pode mudar uma parte: grave-o inteiro`;
  return { kind: "refused", why, pt };
}
