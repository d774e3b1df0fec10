import type { AdminDeps, FlagsInForce } from "../../../admin/index.ts";
import { documentId, documentsOf, type Edit, type FlagState, type JsonObject } from "../../../flags/index.ts";
import { monotonic } from "../../../lib/clock.ts";
import type { Actor } from "../../../registry/index.ts";
import type { Rollout, RolloutPorts, RolloutWrite, RolloutWritten } from "../../../rollout/index.ts";
import type { KnownRollouts } from "./known-rollouts.ts";

export interface WritingDeps {
  readonly write: AdminDeps["write"];
  readonly known: () => FlagsInForce;
  readonly rollouts: () => KnownRollouts;
}

/** As many as the store holds. */
const maxRollouts = 200;

/** A rollout and its flags in one write, on the version of the document that was seen. */
export async function writeRollout(
  { rollout, version, flags, actor, reason }: RolloutWrite,
  deps: WritingDeps,
): Promise<RolloutWritten> {
  const { id } = rollout;
  const put: Edit = { kind: "document", collection: "rollout", id, value: plain(rollout) };
  const answer = await deps.write({
    edits: [put, ...flags, ...(version === 0 ? makingRoom(deps) : [])],
    actor: actorOf(actor),
    reason: cut(reason),
    expect: { documents: { [documentId("rollout", id)]: version } },
    rollout: id,
  });
  switch (answer.kind) {
    case "written":
    case "unchanged":
      return { kind: "written" };
    case "conflict":
      return { kind: "moved" };
    case "invalid":
      return {
        kind: "failed",
        why: answer.problems.map(({ where, is, must }) => `${where} must be ${must}: it is ${is}`).join("; "),
      };
    case "unknown":
      return { kind: "failed", why: `there is no ${answer.subject}` };
    case "refused":
      return { kind: "refused", why: answer.why, pt: answer.pt };
    case "unavailable":
      return { kind: "failed", why: answer.why, pt: answer.pt };
  }
}

/** Flags in force, wherever they come from: what a phase begins on. */
export function stateOf({ entries, state }: FlagsInForce): FlagState {
  return { ...state, flags: new Map(entries.map(({ flag }) => [flag.key, flag])) };
}

export function timeNow(): ReturnType<RolloutPorts["now"]> {
  return { wallMs: Date.now(), monotonicMs: monotonic() };
}

/** The oldest that are over, where there are as many as the store holds. */
function makingRoom({ known, rollouts }: WritingDeps): readonly Edit[] {
  if (documentsOf(known().state.documents, "rollout").size < maxRollouts) return [];
  const over = rollouts().known.filter(({ rollout }) => isOver(rollout));
  const [oldest] = over.toSorted((one, other) => one.version - other.version);
  return oldest === undefined ? [] : [{ kind: "remove-document", collection: "rollout", id: oldest.rollout.id }];
}

function isOver({ status }: Rollout): boolean {
  return status.name === "aborted" || status.name === "rolled-back";
}

/** `token:anna` and the like; one name alone is Sombra's own. */
export function actorOf(text: string): Actor {
  const [, kind = "", name = ""] = /^([a-z]+):(.+)$/s.exec(text) ?? [];
  switch (kind) {
    case "token":
    case "command":
    case "dashboard":
    case "anonymous":
      return { kind, name };
    default:
      return { kind: "automatic", name: text };
  }
}

const maxReason = 1_000;

function cut(reason: string): string {
  return reason.length <= maxReason ? reason : `${reason.slice(0, maxReason - 1)}…`;
}

const parse: (text: string) => JsonObject = JSON.parse;

/** A rollout is plain data; what is `undefined` in it is not there. */
function plain(rollout: Rollout): JsonObject {
  return parse(JSON.stringify(rollout));
}
