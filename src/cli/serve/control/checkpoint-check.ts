import { say, spoken } from "../../../lib/sentence.ts";
import type { Check, RolloutsDeps } from "../../../admin/index.ts";
import type { Checkpoint } from "../../../rollout/index.ts";
import type { RouteConfig } from "../../config/index.ts";

export type Checkpoints = Pick<RolloutsDeps, "known" | "checkpoints">;

/** Whether rollouts speak for a cutover: the last checkpoint that any of them made of the route's `enabled` flag passed (SPEC 6). */
export async function checkpointCheck(
  { name: route, flags: { enabled } }: Pick<RouteConfig, "name" | "flags">,
  rollouts: Checkpoints,
): Promise<Check> {
  const name = `${route}: checkpoint`;
  const ids = rollouts.known().flatMap(({ rollout }) => (rollout.plan.flag === enabled ? [rollout.id] : []));
  const found = await lastOf(ids, rollouts).catch(() => "unread" as const);
  if (found === "unread") {
    const said = say(
      "the last checkpoint cannot be read from the store",
      "o último checkpoint não pode ser lido do store",
    );
    return { name, status: "fail", ...said };
  }
  if (found === null) {
    const said = say(
      `no rollout has made a checkpoint of ${enabled}: there is no evidence`,
      `nenhum rollout fez um checkpoint de ${enabled}: não há evidência`,
    );
    return { name, status: "warn", ...said };
  }
  const { at, rollout, status } = found;
  const told = say(
    `the last checkpoint is ${status} (rollout ${rollout}, ${at})`,
    `o último checkpoint é ${status} (rollout ${rollout}, ${at})`,
  );
  if (status === "PASS") return { name, status: "ok", ...told };
  const why = spoken({ text: found.why, pt: found.pt });
  return { name, status: "fail", ...say(`${told.text}: ${why.text}`, `${told.pt}: ${why.pt}`) };
}

async function lastOf(ids: readonly string[], { checkpoints }: Checkpoints): Promise<Checkpoint | null> {
  const newest = (await Promise.all(ids.map((id) => checkpoints(id, 1)))).flat();
  return newest.reduce<Checkpoint | null>((last, one) => (last === null || one.at > last.at ? one : last), null);
}
