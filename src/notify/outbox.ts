/** A message as it waits. */
export interface KeptMessage {
  /** Of what is told and the channel: the same whoever makes it of what happened. */
  readonly key: string;
  readonly channel: string;
  readonly text: string;
}

export interface OutboxChange {
  /** What there is no need to look at again. */
  readonly cursor: string;
  /** One whose key is there already is left as it is. */
  readonly add: readonly KeptMessage[];
  /** Keys: taken by their channel, or given up. */
  readonly remove: readonly string[];
}

/**
 * What is still to be sent, kept for whoever leads next. Whoever implements it fences writes as the journal of rollouts does: one by
 * a token that another has overtaken is refused (`false`).
 */
export interface Outbox {
  /** The oldest first. `cursor` null: nothing was kept yet. */
  waiting(): Promise<{ readonly cursor: string | null; readonly messages: readonly KeptMessage[] }>;
  /** All or nothing. */
  put(change: OutboxChange, token: number): Promise<boolean>;
}
