import type { Tally } from "../../../account/index.ts";
import type { LearnedAliases } from "../../../identify/index.ts";
import { monotonic } from "../../../lib/clock.ts";
import { createJudge, createSeen, legacyAlone, type Seen } from "../../../mirror/index.ts";
import type { Route } from "../../../model/index.ts";
import type { Judge, Lane, ProxyDeps } from "../../../proxy/index.ts";
import type { Config } from "../../config/index.ts";
import { createAnswered } from "./answered.ts";
import { forgetAll } from "./forgetting.ts";
import type { LiveKeys } from "../registry/hash-keys.ts";
import { createKnownAliases, type KnownAliases } from "./known-aliases.ts";
import { createLanes } from "./lanes.ts";
import type { NotesLink } from "../registry/notes-link.ts";
import { createOffload, type ComputeData } from "./offload.ts";
import { createSent, type Sent } from "./sent.ts";

export interface DecidingOptions {
  readonly config: Config;
  readonly notes: NotesLink;
  readonly keys: LiveKeys;
  readonly tally: Tally;
  readonly work: ComputeData;
}

/** Whose answer a delivery gets, and what has to be known for that. */
export interface Deciding {
  readonly lanes: readonly Lane[];
  readonly learned: LearnedAliases;
  readonly askNames: KnownAliases["ask"];
  readonly sent: Sent;
  /** However many stand before, it gets its turn: for whoever nobody waits for. */
  readonly judge: Judge;
  /** For answers that wait. */
  readonly answering: Pick<ProxyDeps, "judge" | "undecided" | "recordAnswered" | "unjudged" | "cutElsewhere">;
  /** Forgets whom these ids are of, and what was seen of them. */
  forget(isTheirs: (id: string) => boolean): Promise<void>;
  /** Large deliveries are looked at by this key from now on. */
  readonly setHashKey: (key: string) => void;
  /** Keeps what was learned. */
  close(): Promise<void>;
}

/**
 * Taking 3 MB apart takes some 30 ms, the worst of that size half a second. An answer that waits for it waits no longer
 * than this, others before it included: in doubt legacy answers.
 */
const judgeWaitMs = 1_000;
/** Where none waits: on a machine that is busy the worst takes ten times as long. */
const judgeTimeoutMs = 10_000;
const saveAliasesMs = 2_000;
const saveSentMs = 1_000;

/** How long the provider may deliver an item again and have it known, and how many are. */
const seenFor = { forMs: 600_000, max: 100_000 };

/** Flags decided for handlers beside those of a route (SPEC 3). */
const handedOut = ["WHATSAPP_ROUTING_ENABLED", "WHATSAPP_GATEWAY_ENABLED"];

export function createDeciding({ config, notes, keys, tally, work }: DecidingOptions): Deciding {
  // A decision that an answer may wait for never stands behind comparisons.
  const elsewhere = createOffload(work, { jobTimeoutMs: judgeTimeoutMs, urgentTimeoutMs: judgeWaitMs });
  const maybeTwice = ({ name }: Route): void => tally.counter("sombra_maybe_twice_total", { route: name }).add();
  const answered = createAnswered({ notes, hashes: keys.hashes, maybeTwice });
  const aliases = createKnownAliases({ notes, hashKeys: keys.all, clock: monotonic });
  const sent = createSent({ notes, hashes: keys.hashes });
  const saving = [
    setInterval(() => void aliases.save(), saveAliasesMs).unref(),
    setInterval(() => void sent.save(), saveSentMs).unref(),
  ];
  const { learned } = aliases;
  const lanes = createLanes(config, { answeredBefore: answered.mayHold, learned });
  const laneOf = new Map(lanes.map((lane) => [lane.route, lane]));
  const seen = createSeenByRoute();
  const judgeWithin = (maxWaitMs?: number): Judge =>
    createJudge({
      examineElsewhere: (taken) => elsewhere.examine(taken, maxWaitMs),
      cutElsewhere: (taken, parts) => elsewhere.cut(taken, parts, maxWaitMs),
      handedOut,
      seen,
      answered,
      sent,
      cutoverPossible: ({ route, snapshot }) => laneOf.get(route)?.cutsOver(snapshot) ?? false,
      askNames: aliases.ask,
      maybeTwice,
    });
  return {
    lanes,
    learned,
    askNames: aliases.ask,
    sent,
    judge: judgeWithin(),
    answering: {
      judge: judgeWithin(judgeWaitMs),
      undecided: legacyAlone("fault", "not-comparable"),
      recordAnswered: answered.record,
      unjudged(route) {
        if (answered.mayHold()) maybeTwice(route);
      },
      cutElsewhere: async ({ route, head }, body, part) =>
        (await elsewhere.cut({ route: route.name, head, body }, [part], judgeWaitMs))[0] ?? null,
    },
    async forget(isTheirs) {
      await aliases.forget(isTheirs);
      for (const route of lanes) await forgetAll(seen(route.route).known(), isTheirs);
      await forgetAll(sent.known(), isTheirs);
    },
    setHashKey: elsewhere.setHashKey,
    async close() {
      for (const timer of saving) clearInterval(timer);
      await Promise.all([aliases.save(), sent.save()]);
      await elsewhere.close();
    },
  };
}

function createSeenByRoute(): (route: Route) => Seen {
  const byRoute = new Map<Route, Seen>();
  return (route) => {
    const known = byRoute.get(route) ?? createSeen(seenFor, monotonic);
    byRoute.set(route, known);
    return known;
  };
}
