import type { Checkpoint } from "../checkpoint.ts";
import type { Measured, RolloutPorts } from "../ports.ts";
import type { Rollout } from "../state.ts";
import type { Precheck } from "./answer.ts";
import type { Known, Looked } from "./looked.ts";
import { lookAt } from "./looking.ts";
import type { ControllerOptions } from "./options.ts";
import { remember, type Memory } from "./memory.ts";
import type { ActAnswer, Order } from "./order.ts";
import { createOrdering } from "./ordering.ts";
import { allFigures, measure } from "./measuring.ts";
import { gatesOf } from "../gates-of.ts";
import { judgedPhase } from "./seeing.ts";

export interface Controller {
  /**
   * Looks at every rollout once, as the leader by that token. One that cannot be looked at keeps none of the others waiting;
   * rejects with what was wrong with the first of them. Who is overtaken by another leader stops.
   */
  tick(token: number): Promise<void>;
  /** One made now, with all that follows from it. Of the leader only: rejects elsewhere. */
  checkpoint(rollout: string, name?: string): Promise<Checkpoint>;
  /** What people ask for, on any instance. Never rejects. */
  act(order: Order): Promise<ActAnswer>;
  /** What has to be so before the start, as it is now. */
  prechecks(rollout: Rollout): Promise<readonly Precheck[]>;
}

/** Most of what is outside answers within it, and a rollback is in force within two seconds all the same. */
const PATIENCE_MS = 250;

/** Moves rollouts by what it sees through its ports. Production and simulated time differ in the ports alone. */
export function createController(ports: RolloutPorts, options: ControllerOptions): Controller {
  const ordering = createOrdering(ports, options);
  const through = { ports, options: { ...options, patienceMs: options.patienceMs ?? PATIENCE_MS } };
  let term: { readonly token: number; readonly memories: Map<string, Memory> } | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  /** One after the other: a checkpoint that somebody asks for is a look like any other. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work);
    turn = next.catch(() => undefined);
    return next;
  };

  const memoryOf = (memories: Map<string, Memory>, rollout: Rollout): Memory => {
    const found = memories.get(rollout.id) ?? null;
    if (found?.visit === rollout.visit) return found;
    const memory = remember(rollout, found);
    memories.set(rollout.id, memory);
    return memory;
  };

  const look = async (
    known: Known,
    asked: { readonly name: string | null; readonly measured: ReadonlyMap<string, Measured> } | null = null,
  ): Promise<Looked> => {
    if (term === null) return { kind: "overtaken" };
    const { token, memories } = term;
    const memory = memoryOf(memories, known.rollout);
    const looked = await lookAt(through, { known, memory, token, asked });
    if (looked.kind === "overtaken") term = null;
    if (looked.kind !== "moved") return looked;
    // Somebody was faster: once more on what there is now.
    const now = ports.rollouts().find(({ rollout }) => rollout.id === known.rollout.id);
    if (now === undefined) return looked;
    return lookAt(through, { known: now, memory: memoryOf(memories, now.rollout), token, asked });
  };

  return {
    tick: (token) =>
      inTurn(async () => {
        if (term?.token !== token) term = { token, memories: new Map() };
        const faults: unknown[] = [];
        for (const known of ports.rollouts()) {
          try {
            const looked = await look(known);
            if (looked.kind === "overtaken") return;
            if (looked.kind === "looked" && looked.check) await ordering.check(known.rollout.id);
          } catch (error) {
            faults.push(error);
          }
        }
        if (faults.length > 0) throw faults[0];
      }),
    async checkpoint(id, name) {
      const find = (): Known => {
        const known = ports.rollouts().find(({ rollout }) => rollout.id === id);
        if (known === undefined) throw new Error(`Checkpoint: there is no rollout "${id}"`);
        return known;
      };
      const { rollout } = find();
      const phase = rollout.plan.phases[judgedPhase(rollout, options.environment)];
      // Before it is this one's turn: nobody else waits for what is outside.
      const measured = phase === undefined ? new Map() : await allFigures(measure(gatesOf(rollout.plan, phase), ports));
      return inTurn(async () => {
        const looked = await look(find(), { name: name ?? null, measured });
        if (looked.kind === "looked" && looked.checkpoint !== null) return looked.checkpoint;
        throw new Error(
          looked.kind === "overtaken"
            ? "Checkpoint: another instance leads"
            : "Checkpoint: the rollout moved meanwhile",
        );
      });
    },
    act: (order) => ordering.act(order),
    prechecks: (rollout) => ordering.prechecks(rollout),
  };
}
