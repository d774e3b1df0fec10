import type { FlagCell } from "../../../flags/index.ts";
import { actorText, type KillAnswer, type KillOrder } from "../../../registry/index.ts";
import { within } from "../threads/calls.ts";
import type { ControlLink } from "../control/control-link.ts";
import type { DataDir } from "../data-dir.ts";
import type { Facts, SharedFlags } from "../threads/messages.ts";

/** The kill switch of this process, and the fact that the candidate sends through the egress. */
export interface Switches {
  readonly facts: Pick<Facts, "egress-used">;
  /** Takes effect at once on this thread, before anybody else hears of it; an undo once the registry has done it. */
  kill(order: KillOrder): Promise<KillAnswer>;
  /** What the registry says: a kill that all share takes the place of the one that was thrown here. */
  follow(flags: Pick<SharedFlags, "killed" | "killedHere">): void;
  readonly egressSeen: { get(): boolean; set(): void };
}

export interface SwitchesDeps {
  readonly dir: DataDir;
  readonly cell: FlagCell;
  /** `SOMBRA_FORCE_LEGACY`: nothing undoes that. */
  readonly forced: boolean;
  readonly tell: ControlLink["tell"];
  /** Resolves once the registry answers, whenever that is. */
  readonly share: (order: KillOrder) => Promise<KillAnswer>;
}

/** For whoever ordered it. The order itself does not lapse. */
const answerMs = 1_500;

const forcedWhy = "SOMBRA_FORCE_LEGACY keeps everything on legacy in this process";
const untoldWhy = "the registry did not answer in time: in force here, told to the others once it does";
const stuckWhy = "the registry did not answer in time: not ended yet";

/** Where a disk does not say whether the candidate's calls are held they count as held: no cutover. */
function readOnDoubt(dir: DataDir, fact: "egress-used"): string | null {
  try {
    return dir.read(fact);
  } catch {
    return "unreadable";
  }
}

export function createSwitches({ dir, cell, forced, tell, share }: SwitchesDeps): Switches {
  let facts: Switches["facts"] = { "egress-used": readOnDoubt(dir, "egress-used") };
  /** Those that the registry has not answered. */
  let orders: readonly KillOrder[] = [];

  const say = (killed: boolean, { actor }: KillOrder): void =>
    tell({ kind: "event", event: { event: "kill", killed, actor: actorText(actor) } });
  const pass = async (order: KillOrder): Promise<KillAnswer> => {
    orders = [...orders, order];
    const answer = await share(order);
    orders = orders.filter((other) => other !== order);
    return answer;
  };
  const whyNot = (order: KillOrder, killed: boolean, answer: KillAnswer | null): string | null => {
    if (killed && !order.killed && forced) return forcedWhy;
    if (answer !== null) return answer.why;
    return order.killed ? untoldWhy : stuckWhy;
  };
  return {
    get facts() {
      return facts;
    },
    async kill(order) {
      const was = cell.current().killed;
      if (order.killed) cell.kill();
      if (order.killed && !was) say(true, order);
      const answer = await within(pass(order), answerMs);
      const { killed } = cell.current();
      if (was && !killed) say(false, order);
      return { was, killed, shared: answer?.shared ?? false, why: whyNot(order, killed, answer) };
    },
    follow({ killed, killedHere }) {
      if (killedHere) cell.kill();
      else if (killed || !orders.some((order) => order.killed)) cell.undoKill();
    },
    egressSeen: {
      get: () => facts["egress-used"] !== null,
      set() {
        if (facts["egress-used"] !== null) return;
        facts = { "egress-used": "seen" };
        tell({ kind: "remember", fact: "egress-used", text: "seen" });
      },
    },
  };
}
