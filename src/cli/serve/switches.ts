import type { FlagCell } from "../../flags/index.ts";
import type { ControlLink } from "./control-link.ts";
import type { DataDir } from "./data-dir.ts";
import type { Facts } from "./messages.ts";

/** The two facts that a process remembers: the kill switch, and that the candidate sends through the egress. */
export interface Switches {
  readonly facts: Facts;
  /** Takes effect at once on this thread; true where something changed. */
  kill(killed: boolean, actor: string): boolean;
  readonly egressSeen: { get(): boolean; set(): void };
}

const egressRemark = "The candidate sends through the egress: its calls are held, and cutover is refused";

/** What is written is written by the control thread: no disk holds the data plane up. */
export function createSwitches(dir: DataDir, cell: FlagCell, tell: ControlLink["tell"]): Switches {
  let facts: Facts = { killed: dir.read("killed"), "candidate-egress": dir.read("candidate-egress") };
  if (facts.killed !== null) cell.kill();
  const remember = (fact: keyof Facts, text: string | null): void => {
    facts = { ...facts, [fact]: text };
    tell({ kind: "remember", fact, text });
  };
  return {
    get facts() {
      return facts;
    },
    kill(wanted, actor) {
      if (wanted === (facts.killed !== null)) return false;
      if (wanted) cell.kill();
      else cell.undoKill();
      tell({ kind: "killed", killed: wanted });
      tell({ kind: "event", event: { event: "kill", killed: wanted, actor } });
      remember("killed", wanted ? actor : null);
      return true;
    },
    egressSeen: {
      get: () => facts["candidate-egress"] !== null,
      set() {
        if (facts["candidate-egress"] !== null) return;
        remember("candidate-egress", "seen");
        tell({ kind: "event", event: { event: "config", message: egressRemark } });
      },
    },
  };
}
