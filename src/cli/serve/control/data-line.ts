import type { AdminDeps, SelfTestReport } from "../../../admin/index.ts";
import { readDeclared } from "../../../effects/index.ts";
import type { KillAnswer } from "../../../registry/index.ts";
import type { Config } from "../../config/index.ts";
import { createCalls, within } from "../threads/calls.ts";
import type { ToControl, ToData } from "../threads/messages.ts";
import { probeChecks } from "./probe-checks.ts";
import type { ProbeOrder, ProbeReport } from "../effects/probe.ts";

/** The control thread's end of what it asks of the data plane's thread. */
export interface DataLine {
  readonly deps: Pick<AdminDeps, "flush" | "declare" | "kill" | "probe" | "selfTest">;
  /** Resolves once what was counted is in the book, and in the archive too where it is to be; or when that takes too long. */
  flush(wanted: { readonly archived: boolean }): Promise<void>;
  answered(message: Extract<ToControl, { kind: "done" | "killed" | "probed" | "self-tested" }>): void;
}

/** A data plane that is too busy to answer in this time is asked no longer. */
const flushMs = 1_000;
/** It waits for the archive for a second. */
const archivedMs = flushMs + 1_000;
/** The data plane itself waits 1.5 s for the registry. */
const killMs = 2_500;
/** A full self-test takes turns with traffic. */
const selfTestMs = 20_000;

/** A cutover waits no longer for a send of the candidate's; `sombra doctor --probe` does. */
const briefMs = 5_000;
const everywhere: ProbeOrder = { route: null, maxWaitMs: null };

export interface DataLineOptions {
  readonly routes: Config["routes"];
  readonly isKilled: () => boolean;
}

export function createDataLine(tell: (message: ToData) => void, { routes, isKilled }: DataLineOptions): DataLine {
  const errands = createCalls<null>();
  const kills = createCalls<KillAnswer>();
  const probes = createCalls<readonly ProbeReport[]>();
  // A candidate has its time to answer, and then as long as effects are waited for.
  const longest = routes.map(({ candidate, settle }) => (candidate?.timeoutMs ?? 0) + settle.maxMs);
  const probeMs = Math.max(...longest) + killMs;
  const flush = async ({ archived }: { readonly archived: boolean }): Promise<void> => {
    const done = errands.call((id) => tell({ kind: "flush", id, archived }));
    await within(done, archived ? archivedMs : flushMs);
  };
  const selfTests = createCalls<SelfTestReport | null>();
  return {
    deps: {
      flush: () => flush({ archived: false }),
      async declare(value, rawHeaders) {
        const effect = readDeclared(value, { whose: null, rawHeaders });
        if (typeof effect === "string") return { kind: "wrong", detail: effect };
        const taken = errands.call((id) => tell({ kind: "declare", id, effect })).then(() => "taken" as const);
        return { kind: (await within(taken, flushMs)) ?? "unanswered" };
      },
      async kill(order) {
        const answer = await within(
          kills.call((id) => tell({ kind: "kill", id, order })),
          killMs,
        );
        const killed = isKilled();
        return answer ?? { was: killed, killed, shared: false, why: "the data plane did not answer in time" };
      },
      async probe(route) {
        const order = route === undefined ? everywhere : { route, maxWaitMs: briefMs };
        const asked = probes.call((id) => tell({ kind: "probe", id, order }));
        return probeChecks(await within(asked, probeMs));
      },
      selfTest: (full) =>
        within(
          selfTests.call((id) => tell({ kind: "self-test", id, full })),
          selfTestMs,
        ),
    },
    flush,
    answered(message) {
      switch (message.kind) {
        case "done":
          return errands.answered(message.id, null);
        case "killed":
          return kills.answered(message.id, message.answer);
        case "probed":
          return probes.answered(message.id, message.reports);
        case "self-tested":
          return selfTests.answered(message.id, message.report);
      }
    },
  };
}
