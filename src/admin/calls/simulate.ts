import type { Context } from "hono";
import { readFields, text, whole } from "../fields.ts";
import { parseJson } from "../json.ts";
import { invalid, problem } from "../problem.ts";
import type { RolloutsDeps } from "../rollouts.ts";
import type { Rollout } from "../../rollout/index.ts";

const most = { runs: 1_000, seed: 2 ** 31 };

const forms = {
  traffic: text,
  candidate: text,
  runs: whole(1, most.runs),
  seed: whole(1, most.seed),
  approve_after: text,
};

/** What the plan of a rollout would do, on simulated time: nothing of it is written anywhere. */
export async function simulated(c: Context, rollout: Rollout, { simulate }: Pick<RolloutsDeps, "simulate">) {
  const body = parseJson(await c.req.arrayBuffer());
  if (!body.ok) return problem(c, 400, body.detail);
  const read = readFields(body.value, forms);
  if (!read.ok) return invalid(c, read.problems);
  const { traffic, candidate = "healthy", runs = 100, seed = 1, approve_after: approveAfter = "1h" } = read.fields;
  if (traffic === undefined) {
    return invalid(c, [{ where: "traffic", is: "missing", must: "how many items an hour come, such as 2000" }]);
  }
  const answer = await simulate(rollout.plan, { traffic, candidate, runs, seed, approveAfter });
  switch (answer.kind) {
    case "done":
      return c.json({ ...answer.simulation, traffic, candidate });
    case "wrong":
      return invalid(c, answer.problems);
    case "busy":
      return problem(c, 429, "Another simulation is under way, and there is one at a time: try again when it is over");
    case "refused":
      return problem(c, 409, `The plan cannot begin: ${answer.why}`);
    default:
      return answer satisfies never;
  }
}
