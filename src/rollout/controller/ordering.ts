import { say } from "../../lib/sentence.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { planHash } from "../plan-schema.ts";
import type { AutomaticPrecheck } from "../plan.ts";
import type { RolloutPorts, RolloutWrite } from "../ports.ts";
import type { Rollout } from "../state.ts";
import { act as answer, draft } from "./act.ts";
import { AUTOMATIC } from "./failing.ts";
import type { Asked, Precheck } from "./answer.ts";
import type { ControllerOptions } from "./options.ts";
import type { Known } from "./looked.ts";
import { movesOf } from "./moves.ts";
import type { Action, ActAnswer, Order } from "./order.ts";
import { nextPhase } from "./phases.ts";
import { isUnstarted } from "./statuses.ts";

interface Ordering {
  readonly act: (order: Order) => Promise<ActAnswer>;
  readonly check: (rollout: string) => Promise<ActAnswer>;
  readonly prechecks: (rollout: Rollout) => Promise<readonly Precheck[]>;
}

/** Carries out what people ask for: each a write on what was seen, tried once more where somebody else was faster. */
export function createOrdering(ports: RolloutPorts, { routes, environment }: ControllerOptions): Ordering {
  const { journal } = ports;

  const prechecksOf = async (rollout: Rollout): Promise<readonly Precheck[]> => {
    const first = rollout.plan.phases[nextPhase(rollout.plan, -1, environment) ?? -1];
    const automatic = rollout.plan.prechecks.automatic.map(async (precheck): Promise<Precheck> => {
      if (precheck.name === "baseline" && first?.kind === "baseline") {
        return { name: precheck.name, green: true, ...say("the first phase records it", "a primeira fase o registra") };
      }
      return { name: precheck.name, ...(await found(rollout, precheck)) };
    });
    const manual = rollout.plan.prechecks.manual.map((name): Precheck => {
      const ticked = rollout.ticked.find((one) => one.name === name);
      if (ticked === undefined) return { name, green: false, ...say("nobody has ticked it", "ninguém marcou") };
      const { by, evidence } = ticked;
      return { name, green: true, ...say(`ticked by ${by}: ${evidence}`, `marcado por ${by}: ${evidence}`) };
    });
    return [...(await Promise.all(automatic)), ...manual];
  };

  const found = async (rollout: Rollout, precheck: AutomaticPrecheck): Promise<Omit<Precheck, "name">> => {
    try {
      return await ports.precheck(rollout, precheck);
    } catch (error) {
      const why = messageOf(error);
      return { green: false, ...say(`it could not be looked at: ${why}`, `não pôde ser examinado: ${why}`) };
    }
  };

  const askedOf = async ({ rollout }: Known, action: Action): Promise<Asked> => {
    const { flags, incidents, killed } = await ports.surroundings(rollout.plan.flag);
    const goesOn = needsEvidence.has(action);
    const [progress, [last = null]] = goesOn
      ? await Promise.all([journal.progress(rollout.id), journal.checkpoints(rollout.id, 1)])
      : [null, [] as readonly Checkpoint[]];
    const isChecked = action === "check" || (action === "start" && rollout.status.name !== "running");
    return {
      rollout,
      progress,
      last,
      prechecks: isChecked ? await prechecksOf(rollout) : [],
      incidents,
      killed,
      moves: movesOf(rollout.plan, routes, flags),
      environment,
      nowMs: ports.now().wallMs,
    };
  };

  /** null: somebody was faster. */
  const write = async (change: RolloutWrite, what: string): Promise<ActAnswer | null> => {
    const written = await ports.write(change);
    if (written.kind === "moved") return null;
    if (written.kind === "written") return { kind: "done", what };
    return { kind: written.kind, why: written.why, pt: written.pt };
  };

  const create = async ({ rollout: id, plan, by }: Extract<Order, { action: "create" }>): Promise<ActAnswer | null> => {
    const hash = planHash(plan);
    const known = ports.rollouts().find(({ rollout }) => rollout.id === id);
    if (known?.rollout.planHash === hash) return { kind: "unchanged", what: `rollout "${id}" is there already` };
    if (known !== undefined) {
      const why = `cannot create: there is another rollout "${id}"`;
      return { kind: "refused", why, pt: `não é possível criar: há outro rollout "${id}"` };
    }
    const what = `rollout "${id}" of plan "${plan.name}"`;
    return write({ rollout: draft(id, plan, hash), version: 0, flags: [], actor: by, reason: what }, what);
  };

  const take = async (order: Exclude<Order, { action: "create" }>): Promise<ActAnswer | null> => {
    const known = ports.rollouts().find(({ rollout }) => rollout.id === order.rollout);
    if (known === undefined) {
      const why = `cannot ${order.action}: there is no rollout "${order.rollout}"`;
      return { kind: "refused", why, pt: `não há o rollout "${order.rollout}"` };
    }
    const said = answer(order, await askedOf(known, order.action));
    if (said.kind !== "change") return said;
    const { rollout, flags, reason, events } = said.change;
    const done = await write({ rollout, version: known.version, flags, actor: order.by, reason }, said.what);
    if (done?.kind === "done") for (const event of events) ports.told(event);
    return done;
  };

  const act = async (order: Order): Promise<ActAnswer> => {
    const once = (): Promise<ActAnswer | null> => (order.action === "create" ? create(order) : take(order));
    try {
      return (await once()) ?? (await once()) ?? othersWrote;
    } catch (error) {
      return { kind: "failed", why: messageOf(error) };
    }
  };

  return {
    act,
    prechecks: prechecksOf,
    async check(id) {
      const known = ports.rollouts().find(({ rollout }) => rollout.id === id);
      // Somebody has started it meanwhile.
      if (known === undefined || !isUnstarted(known.rollout.status))
        return { kind: "unchanged", what: "it was started" };
      return act({ action: "check", rollout: id, by: AUTOMATIC });
    },
  };
}

const othersWrote: ActAnswer = {
  kind: "failed",
  why: "others wrote at the same moment: look, and ask again",
  pt: "outros gravaram no mesmo momento: olhe, e peça de novo",
};

/** What goes on by evidence. Going back, or standing still, asks nothing that may be lost. */
const needsEvidence: ReadonlySet<Action> = new Set<Action>(["advance", "approve", "reject", "complete"]);

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "it failed";
}
