import type { JudgedItem } from "../proxy/index.ts";

/** What is known of messages that were sent, by the ids that their sends were answered with. Never throws. */
export interface SentMessages {
  /** Who sent it; null: that is not known here. */
  by(id: string): "legacy" | "candidate" | null;
  /** What the candidate was answered when it sent this message of legacy's too; null: that is not known. */
  candidateIdOf(id: string): string | null;
  /** What legacy was answered when it sent this message of the candidate's too, in reverse shadow; null: that is not known. */
  legacyIdOf(id: string): string | null;
  /** Whether any message is known to be legacy's: then one that nobody knows may be. */
  legacySends(): boolean;
  /** Learns of others who sent these, in bounded time; null: nothing is to be waited for. Never rejects. */
  ask(ids: readonly string[]): Promise<void> | null;
}

export interface StatusRules {
  readonly sent: SentMessages;
  /** Whether anybody can be cut over: else legacy has the delivery already. */
  readonly cutoverPossible: boolean;
}

/** The messages that it matters who sent, and that are not known here. */
export function unknownSent(items: readonly JudgedItem[], { sent, cutoverPossible }: StatusRules): readonly string[] {
  const ids = items.flatMap(({ item: { about }, skip }) =>
    about !== null && (cutoverPossible || skip === null) && sent.by(about) === null ? [about] : [],
  );
  return [...new Set(ids)];
}

/**
 * A status goes to whoever sent the message: in a cutover alone. Beside it the other side is told of its own message in the
 * place of that one; where there is none, nothing that both sides know has happened.
 */
export function withSender(judged: JudgedItem, { sent, cutoverPossible }: StatusRules): JudgedItem {
  const { about } = judged.item;
  if (about === null) return judged;
  const by = sent.by(about);
  if (cutoverPossible && by === "candidate") {
    const unreversed = sent.legacyIdOf(about) === null ? (judged.unreversed ?? "not-comparable") : judged.unreversed;
    return { ...judged, mode: "cutover", reason: "sent-by-candidate", skip: null, unreversed };
  }
  if (judged.mode === "cutover") {
    if (by === "legacy") return { ...judged, mode: "legacy", reason: "sent-by-legacy", skip: "not-comparable" };
    return sent.legacySends() ? { ...judged, unreversed: judged.unreversed ?? "not-comparable" } : judged;
  }
  if (judged.skip !== null || by === "candidate" || sent.candidateIdOf(about) !== null) return judged;
  return by === "legacy" || sent.legacySends() ? { ...judged, skip: "not-comparable" } : judged;
}

const none: ReadonlyMap<string, string> = new Map();

/** What a side knows the messages by that it is told of beside the other. */
export function renamedFor(items: readonly JudgedItem[], sent: SentMessages): ReadonlyMap<string, string> {
  let renamed: Map<string, string> | null = null;
  for (const { item, mode, skip, unreversed } of items) {
    if (item.about === null || skip !== null || (mode === "cutover" && unreversed !== null)) continue;
    const id = mode === "cutover" ? sent.legacyIdOf(item.about) : sent.candidateIdOf(item.about);
    if (id !== null) (renamed ??= new Map()).set(item.about, id);
  }
  return renamed ?? none;
}
