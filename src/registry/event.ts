import type { AuditEntry } from "./audit.ts";
import type { StoredState } from "./store.ts";

/** What happens to the registry, for logs and alarms. Names no shopper. */
export type RegistryEvent =
  /** `enabled` null: the flag has none, or no record any more. `actor` as in `updatedBy`. */
  | {
      readonly kind: "flag-changed";
      readonly key: string;
      readonly enabled: boolean | null;
      readonly version: number;
      readonly actor: string;
      readonly reason: string | null;
    }
  /** In force here, thrown here or elsewhere. */
  | { readonly kind: "kill-changed"; readonly killed: boolean; readonly by: string; readonly reason: string | null }
  | { readonly kind: "store-up" }
  | { readonly kind: "store-down"; readonly problem: string }
  /** Alarm: the store stood at `found`, behind what was known, and was given back what it had lost. */
  | { readonly kind: "store-restored"; readonly found: number; readonly version: number }
  /** Alarm: the store has another history than the known one, which stood at `known`, and its word was taken. */
  | { readonly kind: "history-replaced"; readonly known: number; readonly found: number }
  /** Told once, until it is another. */
  | { readonly kind: "problem"; readonly operation: string; readonly text: string };

/** What became other between two states; `entries`: what is known of how. */
export function changesBetween(
  before: StoredState,
  after: StoredState,
  entries: readonly AuditEntry[],
): readonly RegistryEvent[] {
  const changed = [...after.flags.values()].filter((flag) => before.flags.get(flag.key)?.version !== flag.version);
  const removed = [...before.flags.keys()].filter((key) => !after.flags.has(key));
  const entryOf = (key: string): AuditEntry | undefined =>
    entries.findLast(({ action, subject }) => subject === key && action.startsWith("flag-"));
  return [
    ...changed.map(({ key, enabled, version, updatedBy }): RegistryEvent => {
      return { kind: "flag-changed", key, enabled, version, actor: updatedBy, reason: entryOf(key)?.reason ?? null };
    }),
    ...removed.map((key): RegistryEvent => {
      const entry = entryOf(key);
      const actor = entry === undefined ? "unknown" : `${entry.actor.kind}:${entry.actor.name}`;
      const { version } = after.position;
      return { kind: "flag-changed", key, enabled: null, version, actor, reason: entry?.reason ?? null };
    }),
  ];
}
