import type { Collection } from "./document.ts";
import type { Flag, JsonObject } from "./flag.ts";

/** What somebody may say of a flag, `undefined` as much as nothing; what a flag is called and who wrote it when is not theirs to say. */
export type FlagFields = {
  readonly [Field in Exclude<keyof Flag, "key" | "version" | "updatedAt" | "updatedBy">]?: Flag[Field] | undefined;
};

export type FlagList = "allowlist" | "denylist" | "forceOn";

/** How fields came to be said. */
interface Said {
  /** `enabled` is false because a form reads its absence so: that switches no shadow or dual-run flag off. */
  readonly enabledMissing?: boolean;
}

/** One thing that somebody wants changed. Every way in (API, command line, import) comes down to these. */
export type Edit =
  /** The whole flag: what is absent takes its default. Makes a flag that is not there. */
  | ({ readonly kind: "put"; readonly key: string; readonly fields: FlagFields } & Said)
  /** What is absent keeps its value: that in force, from wherever it comes. Makes a flag that is not there. */
  | ({ readonly kind: "patch"; readonly key: string; readonly fields: FlagFields } & Said)
  | {
      readonly kind: "members";
      readonly key: string;
      readonly list: FlagList;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  /** `enabled: false`, the rest kept. */
  | { readonly kind: "kill"; readonly key: string }
  /** Takes the record out: environment or default decide. */
  | { readonly kind: "remove"; readonly key: string }
  | { readonly kind: "audience"; readonly name: string; readonly members: readonly string[] }
  | {
      readonly kind: "audience-members";
      readonly name: string;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  | { readonly kind: "remove-audience"; readonly name: string }
  /** The whole document. */
  | { readonly kind: "document"; readonly collection: Collection; readonly id: string; readonly value: JsonObject }
  | { readonly kind: "remove-document"; readonly collection: Collection; readonly id: string };
