import type { Tally } from "../../../account/index.ts";
import { createRules, createUpstream, listenEgress, type Egress, type EgressDeps } from "../../../effects/index.ts";
import { createTransport, type Budget } from "../../../http/index.ts";
import { monotonic } from "../../../lib/clock.ts";
import { maxHeadBytes } from "../../../proxy/index.ts";
import { createBodyDigest, graphMeaning, heldAnswer } from "../../../whatsapp/index.ts";
import type { Config } from "../../config/index.ts";
import { createEffectCount } from "./counting.ts";
import { StartError } from "../start-error.ts";

/** A name that does not answer, or a host that is gone, is told of well before the call's own limit. */
const connectTimeoutMs = 10_000;

export interface EgressOptions {
  readonly config: Config;
  readonly tally: Tally;
  readonly budget: Budget;
  /** Decides on calls and takes their records over. */
  readonly effects: Pick<EgressDeps, "judge" | "judgesLegacy" | "readAnswer" | "record" | "declared" | "arrived">;
  readonly fault: (operation: string, error: unknown) => void;
}

/** The egress port with the upstreams that are configured. */
export async function startEgress({ config, tally, budget, effects, fault }: EgressOptions): Promise<Egress> {
  const upstreams = config.egress.upstreams.map((upstream) => {
    const options = { connections: null, keepAliveMs: 4_000, connectTimeoutMs, maxHeaderBytes: maxHeadBytes };
    return createUpstream({ ...upstream, transport: createTransport(new URL(upstream.url), options) });
  });
  const countEffect = createEffectCount(tally);
  const listening = await listenEgress(
    {
      upstreams: new Map(upstreams.map((upstream) => [upstream.name, upstream])),
      graph: { read: graphMeaning, answer: heldAnswer },
      rules: createRules(config.egress.rules),
      digest: createBodyDigest,
      simulated: config.egress.simulated,
      ...effects,
      unaddressed: (side) => countEffect({ side, kind: "unknown", disposition: "refused" }),
      inDoubt: () => tally.counter("sombra_alarms_total", { alarm: "effect-in-doubt" }).add(),
      fault,
      budget,
      clock: monotonic,
      maxHeadBytes,
    },
    config.egress,
  ).catch((error: unknown) => {
    throw StartError.ofPort("SOMBRA_EGRESS_PORT", config.egress, error);
  });
  return {
    port: listening.port,
    async close(maxMs) {
      await listening.close(maxMs);
      await Promise.all(upstreams.map(({ transport }) => transport.destroy()));
    },
  };
}
