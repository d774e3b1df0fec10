import type { Edit } from "../../flags/index.ts";
import type { RollbackTarget } from "../plan.ts";

/** What phases are for the flags of one rollout as they are now. */
export interface Moves {
  /** `from` null: nothing was entered before, or it begins anew. */
  enter(
    phase: number,
    from: number | null,
  ): { readonly kind: "edits"; readonly edits: readonly Edit[] } | { readonly kind: "refused"; readonly why: string };
  /** There always is a way back; `to`: where it leads, where what was asked for would serve somebody anew. */
  back(phase: number, to: RollbackTarget): { readonly edits: readonly Edit[]; readonly to: RollbackTarget };
  /** What those edits change, in a sentence. */
  told(edits: readonly Edit[]): string;
}
