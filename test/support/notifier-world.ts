/** Instances that tell people, for tests: on a real store, with channels that remember what came. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSqliteJournal, type Journal } from "../../src/store/index.ts";
import { T0 } from "../../src/rollout/controller/sample.ts";
import type { Rollout } from "../../src/rollout/index.ts";
import type { AuditLine } from "../../src/notify/audited.ts";
import type { Outcome } from "../../src/notify/lane.ts";
import type { Notice } from "../../src/notify/notice.ts";
import { createNotifier, type Notifier } from "../../src/notify/notifier.ts";
import type { Channel, NotifierPorts } from "../../src/notify/notifier-ports.ts";
import { aRollout, auditLine, place, running } from "../../src/notify/sample.ts";
import type { Sent } from "../../src/notify/send.ts";

const opened: (() => unknown)[] = [];
/** What a test opened. */
export function closeAll(): void {
  for (const close of opened.splice(0).toReversed()) void close();
}

export const ok: Sent = { kind: "sent", said: "ok" };
export const away: Sent = { kind: "failed", why: "it answered 503", afterMs: null };

/** An audit, a store and rollouts that instances share, which tests change as they like. */
export function world() {
  const directory = mkdtempSync(join(tmpdir(), "sombra-notify-"));
  opened.push(() => rmSync(directory, { recursive: true, force: true }));
  const all = {
    nowMs: T0,
    lines: [auditLine(null, null, { action: "flag-set" })],
    rollouts: [aRollout(running(), { id: "checkout" })] as readonly Rollout[],
    events: {} as Readonly<Record<string, number>>,
    /** What rollouts are known by; null: everything. */
    known: null as number | null,
    leader: "one",
    answer: ok as Sent | Promise<Sent>,
    /** What came at channels, as `who channel key`. */
    came: [] as string[],
    notices: [] as Notice[],
    outcomes: [] as string[],
    faults: [] as unknown[],
  };
  const instance = (
    name: string,
    changes: Partial<Channel> = {},
    outbox?: (journal: Journal) => Pick<Journal, "put">,
  ) => {
    const journal = createSqliteJournal({ path: join(directory, "account.db"), now: () => all.nowMs });
    opened.push(() => journal.close());
    let token: number | null = null;
    const channel = (channelName: string, more: Partial<Channel> = {}): Channel => ({
      name: channelName,
      events: null,
      severity: "info",
      dailyStatus: false,
      async send({ key, notice }) {
        all.came.push(`${name} ${channelName} ${key}`);
        all.notices.push(notice);
        return all.answer;
      },
      ...more,
      ...changes,
    });
    const ports: NotifierPorts = {
      now: () => all.nowMs,
      token: () => (all.leader === name ? token : null),
      version: () => all.known ?? all.lines.length,
      auditAfter: async (seq) => all.lines.filter((line) => line.seq > seq),
      newestSeq: async () => all.lines.at(-1)?.seq ?? 0,
      history: async (rollout, from) => all.lines.filter(({ subject, at }) => subject === rollout && at >= from),
      rollouts: () => all.rollouts,
      journal,
      outbox: { waiting: () => journal.waiting(), put: (change, by) => (outbox?.(journal) ?? journal).put(change, by) },
      declared: async () => all.events,
      reach: () => ({ enabled: true, percentage: 10 }),
      told: ({ channel: at, outcome, notice, why }: Outcome) =>
        void all.outcomes.push(`${at} ${notice.event} ${outcome}: ${why}`),
      fault: (error) => void all.faults.push(error),
    };
    const options = {
      ...place,
      atMinutes: 540,
      timeZone: "UTC",
      channels: [channel("team"), channel("quiet", { severity: "critical" })],
    };
    const notifier = createNotifier(ports, options);
    opened.push(() => notifier.stop());
    return {
      notifier,
      /** Leads from now on. */
      async lead() {
        all.leader = name;
        token = (await journal.lease(name, 3_600_000))?.token ?? null;
        if (token === null) throw new Error("another leads");
        return { ...journal, token };
      },
      release: () => journal.release(name),
    };
  };
  const happens = (
    before: Rollout["status"],
    after: Rollout["status"],
    changes: Partial<AuditLine> = {},
  ): AuditLine => {
    const line = auditLine(
      { status: before },
      { status: after },
      { at: new Date(all.nowMs).toISOString(), ...changes },
    );
    all.lines = [...all.lines, line];
    all.rollouts = all.rollouts.map((one) => ({ ...one, status: after }));
    return line;
  };
  return { all, instance, happens };
}

/** A turn, and what it sends. */
export async function turn(notifier: Notifier): Promise<void> {
  await notifier.turn();
  for (let at = 0; at < 5; at += 1) await new Promise((resolve) => setImmediate(resolve));
}

export const paused: Rollout["status"] = { name: "paused", phase: 1, since: "", by: "anna", reason: "lunch" };
export const back: Rollout["status"] = {
  name: "rolled-back",
  phase: 1,
  to: "shadow",
  since: "",
  by: "rollout",
  reason: "errors",
};
