import type { NoticeEvent, NoticeSeverity } from "../model/index.ts";
import type { TemplateFacts } from "../report/index.ts";
import type { Rollout, RolloutJournal } from "../rollout/index.ts";
import type { AuditLine } from "./audited.ts";
import type { Outcome } from "./lane.ts";
import type { Outbox } from "./outbox.ts";
import type { Clockwork } from "./regular.ts";
import type { Send } from "./send.ts";
import type { Place } from "./told.ts";

/** Where notices go. */
export interface Channel {
  readonly name: string;
  readonly send: Send;
  /** null: all of them. */
  readonly events: readonly NoticeEvent[] | null;
  /** What is less grave stays away. */
  readonly severity: NoticeSeverity;
  /** A status of each rollout that is under way, every day. */
  readonly dailyStatus: boolean;
}

/** What tells people. What rejects is tried again with the next turn. */
export interface NotifierPorts {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** null: this instance does not lead. */
  readonly token: () => number | null;
  /** Of flags and documents: where it stays as it was the audit has nothing new. */
  readonly version: () => number;
  /** Lines after that one, in their order; where there are many, the newest of them. */
  readonly auditAfter: (seq: number) => Promise<readonly AuditLine[]>;
  /** Of the newest line; 0: there is none. */
  readonly newestSeq: () => Promise<number>;
  /** Of one rollout, in their order. */
  readonly history: (rollout: string, fromIso: string) => Promise<readonly AuditLine[]>;
  readonly rollouts: () => readonly Rollout[];
  readonly journal: Pick<RolloutJournal, "checkpoints" | "progress">;
  readonly outbox: Outbox;
  /** Events that sides declared, over all instances and since ever, by type. */
  readonly declared: () => Promise<Readonly<Record<string, number>>>;
  readonly reach: (flag: string) => TemplateFacts["reach"];
  readonly told: (outcome: Outcome) => void;
  readonly fault: (error: unknown) => void;
}

export interface NotifierOptions extends Place, Clockwork {
  readonly channels: readonly Channel[];
}
