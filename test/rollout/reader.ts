/** Somebody who reads what comes to a channel of Slack, and the final report, and sees nothing else. */
import type { AuditEntry } from "../../src/registry/index.ts";
import { createNotifier, slackChannel, type NotifierPorts } from "../../src/notify/index.ts";
import { asText, documentOf, reportOf } from "../../src/report/index.ts";
import type { Plan } from "../../src/rollout/index.ts";
import type { World } from "../../src/simulate/index.ts";
import { startSide } from "../support/side.ts";
import { auditOf, portsIn } from "./reported.ts";
import { HOUR } from "./sample.ts";

export interface Reader {
  /** What came, one text a message, as Slack shows it. */
  readonly messages: readonly string[];
  /** Hours pass, and what there is to tell arrives. */
  hours(many: number, until?: () => boolean): Promise<void>;
  report(): Promise<string>;
  /** The only message with these words; more than one or none is a fault. */
  message(words: string): string;
  close(): Promise<void>;
}

export async function readerOf(world: World, plan: Plan): Promise<Reader> {
  const messages: string[] = [];
  const slack = await startSide(({ body }, response) => {
    messages.push(shown(String(body)));
    response.end("ok");
  });
  let known: { readonly length: number; readonly entries: readonly AuditEntry[] } = { length: -1, entries: [] };
  const audit = (): readonly AuditEntry[] => {
    const { length } = world.registry.audit;
    if (known.length !== length) known = { length, entries: auditOf(world.registry.audit) };
    return known.entries;
  };
  let cursor: string | null = null;
  const ports: NotifierPorts = {
    now: world.nowMs,
    token: () => 1,
    // Something was there before.
    version: () => 1 + (audit().at(-1)?.version ?? 0),
    auditAfter: async (seq) => audit().filter((entry) => entry.seq > seq),
    newestSeq: async () => audit().at(-1)?.seq ?? 0,
    history: async (rollout, from) => audit().filter(({ subject, at }) => subject === rollout && at >= from),
    rollouts: () => world.registry.rollouts().map(({ rollout }) => rollout),
    journal: world.journal,
    outbox: {
      waiting: async () => ({ cursor, messages: [] }),
      put: async (change) => {
        cursor = change.cursor;
        return true;
      },
    },
    declared: async () => ({}),
    reach: () => null,
    told: ({ outcome, why }) => {
      if (outcome !== "sent") throw new Error(why);
    },
    fault: (error) => {
      throw error;
    },
  };
  const channel = { name: "person", events: null, severity: "info", dailyStatus: false } as const;
  const notifier = createNotifier(ports, {
    environment: "production",
    publicUrl: null,
    atMinutes: 540,
    timeZone: "UTC",
    channels: [{ ...channel, send: slackChannel(`${slack.url}/services/T0/B0/x`) }],
  });
  const turn = async (): Promise<void> => {
    await notifier.turn();
    while (notifier.channels().some(({ waiting }) => waiting > 0)) await new Promise((done) => setImmediate(done));
  };
  await turn();
  return {
    messages,
    async hours(many, until = () => false) {
      await turn();
      for (let hour = 0; hour < many && !until(); hour += 1) {
        await world.run(HOUR, until);
        await turn();
      }
    },
    async report() {
      return asText(
        documentOf(await reportOf(world.rollout(plan.name), { kind: "final", phase: null }, portsIn(world))),
      );
    },
    message(words) {
      const found = messages.filter((text) => text.includes(words));
      if (found.length !== 1) throw new Error(`${found.length} messages have "${words}"`);
      return found[0] ?? "";
    },
    async close() {
      await notifier.stop();
      await slack.close();
    },
  };
}

/** Of a payload of Slack's: header and sections, with its entities as the signs they are. */
function shown(payload: string): string {
  const { blocks }: { readonly blocks: readonly { readonly text: { readonly text: string } }[] } = JSON.parse(payload);
  const text = blocks.map((block) => block.text.text).join("\n");
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
