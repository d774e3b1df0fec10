import { hasRecurred, triageValue, type AdminDeps } from "../../../admin/index.ts";
import { documentId, readTriage, type Documents } from "../../../flags/index.ts";
import type { Severity } from "../../../model/index.ts";
import type { SombraEvent } from "../../../telemetry/index.ts";

export interface ReopeningDeps {
  readonly documents: () => Documents;
  readonly write: AdminDeps["write"];
  readonly alarm: (event: Extract<SombraEvent, { event: "alarm" }>) => void;
}

/** New divergences of one signature. */
interface Seen {
  readonly signature: string;
  readonly severity: Severity;
  /** Milliseconds since the epoch. */
  readonly lastSeen: number;
}

/** Looks whether what was marked as fixed comes again. */
export interface Reopening {
  /** Divergences that this instance has found of late. */
  readonly saw: (groups: readonly Seen[]) => void;
}

const actor = { kind: "automatic", name: "sombra" } as const;
const reason = "it was marked as fixed, and came again";

/**
 * Notes it once for all instances: the mark is written only where it is still the one that was seen, and who wrote it tells.
 * Where the store is away it is told here: what is shown says so all the same.
 */
export function createReopening({ documents, write, alarm }: ReopeningDeps): Reopening {
  /** Marks that are being written, or were told of without the store. */
  const told = new Set<string>();
  const reopen = async ({ signature, lastSeen }: Seen): Promise<void> => {
    const id = documentId("triage", signature);
    const document = documents().get(id);
    if (document === undefined) return;
    const mark = readTriage(document);
    if (mark?.reopened !== null || !hasRecurred(mark, lastSeen)) return;
    const which = `${id} ${document.version}`;
    if (told.has(which)) return;
    told.add(which);
    const value = triageValue({ ...mark, reopened: new Date(lastSeen).toISOString() });
    const answer = await write({
      edits: [{ kind: "document", collection: "triage", id: signature, value }],
      actor,
      reason,
      expect: { documents: { [id]: document.version } },
    });
    // Another instance was faster, or somebody has said something new.
    if (answer.kind === "conflict" || answer.kind === "unchanged") return;
    const message = `Divergence ${signature} came again, which was marked as fixed: sombra divergences ${signature} shows it`;
    alarm({ event: "alarm", alarm: "divergence-reopened", message });
  };
  return {
    saw(groups) {
      for (const seen of groups) if (seen.severity !== "noise") void reopen(seen);
    },
  };
}
