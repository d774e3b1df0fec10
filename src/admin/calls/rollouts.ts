import type { Context, Hono } from "hono";
import { actorOf } from "../actor.ts";
import type { AdminDeps } from "../deps.ts";
import { createOnce } from "../idempotency.ts";
import { actions, readOrder, type RolloutAction } from "../orders.ts";
import { parseJson } from "../json.ts";
import { invalid, problem, sentenceOf, unlessAway, whyOf } from "../problem.ts";
import type { KnownRollout, RolloutsDeps } from "../rollouts.ts";
import { answerReport } from "../reports.ts";
import { summaryOf, toldRollout, type KeptOf } from "../told-rollout.ts";
import type { ActAnswer, Plan } from "../../rollout/index.ts";
import { givenQuery, resource } from "./resource.ts";
import { simulated } from "./simulate.ts";

type Deps = Pick<AdminDeps, "rollouts" | "flush">;

const usualCheckpoints = 100;
const maxCheckpoints = 1_000;

/** Rollouts: what they are, where they stand and why, and everything that people do to them. */
export function addRollouts(app: Hono, deps: Deps): void {
  const { rollouts } = deps;
  const once = createOnce(rollouts);
  resource(app, "/api/rollouts", {
    GET: (c) =>
      c.json({
        rollouts: rollouts.known().map(summaryOf),
        unreadable: rollouts.unreadable(),
        leader: rollouts.leader(),
      }),
    async POST(c) {
      const text = await c.req.text();
      const parsed = await rollouts.parse(text);
      if (!parsed.ok) return invalid(c, parsed.problems);
      const by = byOf(c);
      return once(c, { by, body: text, run: creating(parsed.plan, by, rollouts).run });
    },
  });
  resource(app, "/api/rollouts/:id", {
    GET: (c) =>
      withRollout(c, rollouts, async (known) => c.json(toldRollout(known, await keptOf(known.rollout.id, rollouts)))),
  });
  resource(app, "/api/rollouts/:id/checkpoints", {
    GET: (c) =>
      withRollout(c, rollouts, async ({ rollout }) => {
        const [given = String(usualCheckpoints)] = givenQuery(c, "limit");
        const limit = /^\d{1,4}$/.test(given) ? Number(given) : 0;
        if (limit < 1 || limit > maxCheckpoints) return problem(c, 400, `limit is 1 to ${maxCheckpoints}`);
        return orUnavailable(c, async () => ({ checkpoints: await rollouts.checkpoints(rollout.id, limit) }));
      }),
    POST: (c) =>
      withRollout(c, rollouts, async ({ rollout }) => {
        const [name] = givenQuery(c, "name");
        if (name !== undefined && !nameForm.test(name)) {
          return invalid(c, [{ where: "name", is: `text of ${name.length} characters`, must: nameMust }]);
        }
        // What was counted up to now is to count.
        await deps.flush();
        return orUnavailable(c, () => rollouts.checkpoint(rollout.id, name));
      }),
  });
  resource(app, "/api/rollouts/:id/groups", {
    GET: (c) => withRollout(c, rollouts, ({ rollout }) => orUnavailable(c, () => rollouts.groups(rollout))),
  });
  resource(app, "/api/rollouts/:id/simulate", {
    POST: (c) => withRollout(c, rollouts, ({ rollout }) => simulated(c, rollout, rollouts)),
  });
  resource(app, "/api/rollouts/:id/report", {
    GET: (c) => withRollout(c, rollouts, ({ rollout }) => answerReport(c, rollout, rollouts)),
  });
  resource(app, "/api/rollouts/:id/actions/:action", {
    POST: (c) =>
      withRollout(c, rollouts, async ({ rollout }) => {
        const action = actions.find((one) => one === c.req.param("action"));
        if (action === undefined) return problem(c, 404, `No action of this name: there are ${actions.join(", ")}`);
        const bytes = await c.req.arrayBuffer();
        const body = bytes.byteLength === 0 ? ({ ok: true, value: {} } as const) : parseJson(bytes);
        if (!body.ok) return problem(c, 400, body.detail);
        const asked = { rollout: rollout.id, by: byOf(c) };
        const run = runOf(action, { body: body.value, asked, rollouts });
        return typeof run !== "function"
          ? invalid(c, run)
          : once(c, { by: asked.by, body: Buffer.from(bytes).toString("utf8"), run });
      }),
  });
}

export const nameForm = /^[\p{L}\p{N}][\p{L}\p{N} ._:+-]{0,63}$/u;
export const nameMust = "1 to 64 letters, digits, spaces and . _ : + -";

/** Writes a plan down, and looks at its prechecks. */
export function creating(plan: Plan, by: string, rollouts: RolloutsDeps): { readonly id: string; readonly run: Run } {
  const rollout = freeId(plan.name, rollouts);
  return {
    id: rollout,
    async run() {
      const answer = await rollouts.act({ action: "create", rollout, by, plan });
      const checked =
        answer.kind === "done" ? await rollouts.act({ action: "check", rollout, by }).catch(() => answer) : answer;
      return told(rollout, { rollouts, answer, what: whatOf(checked), created: true });
    },
  };
}

interface Running {
  readonly body: Parameters<typeof readOrder>[1];
  readonly asked: { readonly rollout: string; readonly by: string };
  readonly rollouts: RolloutsDeps;
}

type Run = Parameters<ReturnType<typeof createOnce>>[1]["run"];

/** What carries an action out; or what is wrong with its body. */
export function runOf(action: RolloutAction, { body, asked, rollouts }: Running): Run | readonly Problems[] {
  const { rollout, by } = asked;
  if (action === "drill") {
    return async () => {
      const answer = await rollouts.drill(rollout, by);
      if (answer.kind === "done") return { status: 200, answer: { rollout, ...answer } };
      return { status: answer.kind === "refused" ? 409 : 503, answer: refusalOf(answer) };
    };
  }
  const read = readOrder(action, body, asked);
  if (!read.ok) return read.problems;
  const before = rollouts.known().find((one) => one.rollout.id === rollout);
  return async () => {
    const answer = await rollouts.act(read.order);
    return told(rollout, { rollouts, answer, what: whatOf(answer), before });
  };
}

type Problems = Parameters<typeof invalid>[1][number];

interface Told {
  readonly rollouts: RolloutsDeps;
  readonly answer: ActAnswer;
  readonly what: string;
  readonly before?: KnownRollout | undefined;
  readonly created?: boolean;
}

function told(id: string, { rollouts, answer, what, before, created = false }: Told): Awaited<ReturnType<Run>> {
  if (answer.kind === "refused") return { status: 409, answer: refusalOf(answer) };
  if (answer.kind === "failed") return { status: 503, answer: refusalOf(answer) };
  const after = rollouts.known().find((one) => one.rollout.id === id);
  return {
    status: created ? 201 : 200,
    answer: {
      rollout: id,
      what,
      unchanged: answer.kind === "unchanged",
      before: before === undefined ? null : summaryOf(before),
      after: after === undefined ? null : summaryOf(after),
    },
  };
}

/** `pt`: for pages. */
function refusalOf(answer: { readonly why: string; readonly pt?: string | undefined }): object {
  const { text: detail, pt } = sentenceOf(answer);
  return { detail, pt };
}

function whatOf(answer: ActAnswer): string {
  return "what" in answer ? answer.what : answer.why;
}

function byOf(c: Context): string {
  const { kind, name } = actorOf(c);
  return `${kind}:${name}`;
}

/** The plan's name; with a number where a rollout of that name has begun. */
function freeId(name: string, rollouts: RolloutsDeps): string {
  const taken = new Set([
    ...rollouts.unreadable(),
    ...rollouts.known().flatMap(({ rollout }) => (isAhead(rollout.status.name) ? [] : [rollout.id])),
  ]);
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? name : `${name}-${n}`;
    if (!taken.has(id)) return id;
  }
}

/** It has not begun: its plan may be written anew. */
function isAhead(status: string): boolean {
  return status === "draft" || status === "pending" || status === "ready";
}

async function withRollout(
  c: Context,
  rollouts: RolloutsDeps,
  answer: (known: KnownRollout) => Promise<Response>,
): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const known = rollouts.known().find(({ rollout }) => rollout.id === id);
  if (known !== undefined) return answer(known);
  const why = rollouts.unreadable().includes(id)
    ? "The record of this rollout cannot be read: another version of Sombra may have written it"
    : "No rollout of this name: GET /api/rollouts lists them";
  return problem(c, rollouts.unreadable().includes(id) ? 409 : 404, why);
}

function orUnavailable(c: Context, answer: () => Promise<object>): Promise<Response> {
  return unlessAway(c, async () => c.json(await answer()));
}

async function keptOf(id: string, rollouts: RolloutsDeps): Promise<KeptOf> {
  try {
    const [progress, [checkpoint = null]] = await Promise.all([rollouts.progress(id), rollouts.checkpoints(id, 1)]);
    return { progress, checkpoint, problem: null };
  } catch (error) {
    return { progress: null, checkpoint: null, problem: whyOf(error) };
  }
}
