/** An egress for tests: real servers outside, and everything that it told. */
import { call, type CallAnswer, type CallOptions } from "../../test/support/call.ts";
import type { Opened } from "../../test/support/opened.ts";
import { createBudget, createTransport } from "../http/index.ts";
import { monotonic } from "../lib/clock.ts";
import type { Side } from "../model/index.ts";
import { createBodyDigest, graphMeaning, heldAnswer } from "../whatsapp/index.ts";
import type { RecordedCall } from "./call.ts";
import type { DeclaredEffect } from "./declared.ts";
import type { EgressDeps } from "./deps.ts";
import { listenEgress } from "./egress.ts";
import { createRules } from "./rules.ts";
import { createUpstream, type Upstream } from "./upstream.ts";

interface Given extends Partial<Omit<EgressDeps, "upstreams" | "budget">> {
  /** Addresses by name. */
  readonly upstreams: Readonly<Record<string, string>>;
  /** For each of them. */
  readonly settings?: Partial<Pick<Upstream, "reads" | "authorization" | "timeoutMs">>;
  readonly memory?: number;
}

export interface SampleEgress {
  readonly port: number;
  readonly url: string;
  /** `side disposition`, a call each; `side unaddressed` where it had no address. */
  readonly told: readonly string[];
  readonly records: readonly RecordedCall[];
  readonly declared: readonly DeclaredEffect[];
  readonly doubts: readonly Side[];
  readonly faults: readonly string[];
  readonly used: number;
  call(target: string, options?: CallOptions): Promise<CallAnswer>;
}

export async function openEgress(
  opened: Opened,
  { upstreams, settings, memory, ...given }: Given,
): Promise<SampleEgress> {
  const told: string[] = [];
  const records: RecordedCall[] = [];
  const declared: DeclaredEffect[] = [];
  const doubts: Side[] = [];
  const faults: string[] = [];
  const budget = createBudget(memory ?? 1_000_000);
  const known = Object.entries(upstreams).map(([name, url]): Upstream => {
    const options = { connections: null, keepAliveMs: 1_000, connectTimeoutMs: 0, maxHeaderBytes: 65_536 };
    const rest = { reads: "hold", authorization: null, timeoutMs: 0, ...settings } as const;
    return createUpstream({ name, url, transport: createTransport(new URL(url), options), ...rest });
  });
  const egress = await listenEgress(
    {
      upstreams: new Map(known.map((upstream) => [upstream.name, upstream])),
      graph: { read: graphMeaning, answer: heldAnswer },
      rules: createRules([]),
      digest: createBodyDigest,
      simulated: false,
      judge: () => ({ decision: "hold", exchange: null }),
      judgesLegacy: () => false,
      readAnswer: () => Promise.resolve(null),
      record(record) {
        records.push(record);
        told.push(`${record.side} ${record.disposition}`);
        record.release();
      },
      arrived: () => undefined,
      declared: (effect) => void declared.push(effect),
      unaddressed: (side) => void told.push(`${side} unaddressed`),
      inDoubt: (side) => void doubts.push(side),
      fault: (operation) => void faults.push(operation),
      clock: monotonic,
      maxHeadBytes: 65_536,
      ...given,
      budget,
    },
    { host: "127.0.0.1", port: 0 },
  );
  opened.add({
    async close() {
      await egress.close(0);
      await Promise.all(known.map(({ transport }) => transport.destroy()));
    },
  });
  const url = `http://127.0.0.1:${egress.port}`;
  return {
    port: egress.port,
    url,
    told,
    records,
    declared,
    doubts,
    faults,
    get used() {
      return budget.used;
    },
    async call(target, options) {
      const answer = await call(url, { target, ...options });
      // What is told of a call is told behind its answer.
      await new Promise((resolve) => setImmediate(resolve));
      return answer;
    },
  };
}

/** A text to a number that is nobody's. */
export const text = JSON.stringify({
  messaging_product: "whatsapp",
  to: "447700900123",
  type: "text",
  text: { body: "hello" },
});

export const asJson = ["content-type", "application/json", "authorization", "Bearer shop-token"];
