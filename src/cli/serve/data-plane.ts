import { createTally, type Tally } from "../../account/index.ts";
import { comparesInPlace, createCompare, createKeyedHash } from "../../compare/index.ts";
import { listenEgress, type Egress } from "../../effects/index.ts";
import type { FlagCell } from "../../flags/index.ts";
import { createBudget, createTransport, type Budget } from "../../http/index.ts";
import { monotonic } from "../../lib/clock.ts";
import { createJudge, createMirror, createVerify, type Mirror } from "../../mirror/index.ts";
import type { Side } from "../../model/index.ts";
import {
  listenProxy,
  maxHeadBytes,
  shadowFields,
  type Judge,
  type Lane,
  type Proxy,
  type Sampler,
} from "../../proxy/index.ts";
import { heldAnswer } from "../../whatsapp/index.ts";
import type { Config } from "../config/index.ts";
import { createAccounts } from "./accounts.ts";
import { closeLanes, createLanes } from "./lanes.ts";
import { createOffload } from "./offload.ts";
import { StartError } from "./start-error.ts";

export interface DataPlaneOptions {
  readonly config: Config;
  readonly hashKey: string;
  readonly flags: FlagCell;
  readonly sampler: Sampler;
  /** Whether spans are made. */
  readonly traced: boolean;
  /** The candidate was seen to send through the egress, in this process or before. */
  readonly egressSeen: { get(): boolean; set(): void };
  readonly fault: (operation: string, error: unknown) => void;
}

/** Everything that carries traffic: the proxy, the shadow side and the egress, on the thread that calls this. */
export interface DataPlane {
  readonly tally: Tally;
  readonly mirror: Mirror;
  readonly lanes: readonly Lane[];
  readonly proxy: Proxy;
  readonly egress: Egress;
  readonly budget: Budget;
  /** Answers what is in flight, gives pending comparisons their time, and closes; how many requests were cut. */
  close(): Promise<number>;
}

/** Items that may wait for an outcome at a time: some 2 KiB each beside their bodies, which have a budget of their own. */
const maxPending = 20_000;

/**
 * Taking 3 MB apart takes some 30 ms, the worst of that size half a second. An answer that waits for it waits no longer
 * than this, others before it included: in doubt legacy answers.
 */
const judgeTimeoutMs = 1_000;
/** A 3 MB pair takes some 100 ms; what takes a hundred times that does not end. */
const compareTimeoutMs = 10_000;

/** For the sends of deliveries that are answered. */
const egressStopMs = 2_000;

/** Flags decided for handlers beside those of a route (SPEC 3). */
const handedOut = ["WHATSAPP_ROUTING_ENABLED", "WHATSAPP_GATEWAY_ENABLED"];

const unhashed = (): string => "";

export async function startDataPlane(options: DataPlaneOptions): Promise<DataPlane> {
  const { config, flags, egressSeen } = options;
  const tally = createTally(monotonic);
  const fault = (operation: string, error: unknown): void => {
    tally.counter("sombra_faults_total", { operation }).add();
    options.fault(operation, error);
  };
  const budget = createBudget(config.bodyBytes);
  const hash = createKeyedHash(options.hashKey);
  const compare = createCompare();
  const work = { routes: config.routes, appSecrets: config.appSecrets, hashKey: options.hashKey };
  // A decision that an answer may wait for never stands behind comparisons.
  const deciding = createOffload(work, judgeTimeoutMs);
  const comparing = createOffload(work, compareTimeoutMs);
  const cutoverRefused = (): boolean => egressSeen.get();
  const lanes = createLanes(config, cutoverRefused);
  const judgeWithin = (maxWaitMs?: number): Judge =>
    createJudge({
      examineElsewhere: (route, head, body) => deciding.examine({ route, head, body }, maxWaitMs),
      cutoverRefused,
      handedOut,
    });
  const mirror = createMirror({
    lanes,
    // Nobody waits for this one: however many stand before, it gets its turn.
    judge: judgeWithin(),
    verify: createVerify((route, head, body) => deciding.verify({ route, head, body })),
    compare(pair, sampled) {
      if (!comparesInPlace(pair)) return comparing.compare(pair);
      // Hashes stand in for values in records only: where none can be kept they are not worth their time.
      return compare(pair, {
        hash: tally.hasRoom(options.traced && sampled ? "sampled" : "notable") ? hash : unhashed,
      });
    },
    ...createAccounts({
      tally,
      hash,
      plainShoppers: config.log.shopper === "plain",
      traced: options.traced,
      clock: monotonic,
    }),
    fieldsFor: shadowFields,
    budget,
    clock: monotonic,
    fault,
    maxPending,
  });
  const egress = await startEgress(options, { tally, budget });
  const proxy = await listenProxy(
    {
      lanes,
      flags,
      offer: mirror.offer,
      judge: judgeWithin(judgeTimeoutMs),
      sampler: options.sampler,
      budget,
      clock: monotonic,
      fault,
      meters: {
        refused: (reason) => tally.counter("sombra_refused_total", { reason }).add(),
        upgraded: (route) => tally.counter("sombra_upgrades_total", { route }).add(),
      },
    },
    config.data,
  ).catch(async (error: unknown) => {
    await egress.close(0);
    throw StartError.ofPort("SOMBRA_PORT", config.data, error);
  });
  return {
    tally,
    mirror,
    lanes,
    proxy,
    egress,
    budget,
    async close() {
      const until = monotonic() + config.graceMs;
      const cut = await answerInFlight({ proxy, mirror }, config.graceMs);
      await mirror.drain(Math.max(0, Math.min(config.drainMs, until - monotonic())));
      await egress.close(egressStopMs);
      await closeLanes(lanes);
      await Promise.all([deciding.close(), comparing.close()]);
      if (cut > 0) tally.counter("sombra_alarms_total", { alarm: "requests-cut" }).add();
      return cut;
    },
  };
}

/** Lets go of the requests that are not answered in time; how many. */
async function answerInFlight({ proxy, mirror }: Pick<DataPlane, "proxy" | "mirror">, maxMs: number): Promise<number> {
  const late = Promise.withResolvers<"late">();
  const limit = setTimeout(() => late.resolve("late"), maxMs);
  const answered = proxy.close();
  const ended = await Promise.race([answered, late.promise]);
  clearTimeout(limit);
  if (ended !== "late") return 0;
  // Before their connections break, so that the ledger does not say their clients went.
  await mirror.drain(0);
  const cut = proxy.cut();
  await answered;
  return cut;
}

interface Counted {
  readonly tally: Tally;
  readonly budget: Budget;
}

function startEgress({ config, egressSeen }: DataPlaneOptions, { tally, budget }: Counted): Promise<Egress> {
  const url = new URL(config.egress.graphUrl);
  const held: readonly Side[] = config.egress.simulated ? ["legacy", "candidate", "twin"] : ["candidate", "twin"];
  const transport = createTransport(url, {
    connections: null,
    keepAliveMs: 4_000,
    connectTimeoutMs: 0,
    maxHeaderBytes: maxHeadBytes,
  });
  return listenEgress(
    {
      graph: { url, transport },
      held: new Set(held),
      answer: heldAnswer,
      effect: ({ side, kind, disposition }) => {
        tally.counter("sombra_effects_total", { side, kind, disposition }).add();
        if (side === "candidate" && disposition === "held") egressSeen.set();
      },
      budget,
      maxHeadBytes,
    },
    config.egress,
  ).catch((error: unknown) => {
    throw StartError.ofPort("SOMBRA_EGRESS_PORT", config.egress, error);
  });
}
