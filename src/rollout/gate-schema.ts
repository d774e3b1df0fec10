import { z } from "zod";
import type { Gate, MetricSource } from "./gate.ts";
import {
  address,
  duration,
  map,
  matching,
  oneOf,
  partName,
  settings,
  share,
  target,
  text,
  whole,
  word,
} from "./plan-fields.ts";

const actions = ["rollback", "lower", "shed", "adjust", "hold", "warn"] as const;

/** Of the budget (EVIDENCE 6.7). */
const EFFECT_OF_BUDGET = 0.2;
/** A limit on p95 is a budget of 5 %. */
const LATE = 0.05;
const LATENCY_EFFECT = 0.01;
/** Where a test has no budget. */
const EFFECT = 0.001;
const CONSECUTIVE = 2;

const effect = share(0, 1);
const severity = word(["minor", "major", "critical"]);
const consecutive = whole(1, 100).default(CONSECUTIVE);

/** Of cells: at 0 no test could ever pass, and half of them is no budget. */
const budget = share(0.000001, 0.5);

type OnFail = (typeof actions)[number];

function said(onFail: OnFail) {
  return {
    name: partName.optional(),
    onFail: word(actions).default(onFail),
    within: duration("1m", "31d").nullable().default(null),
    to: target.nullable().default(null),
    settings: settings.nullable().default(null),
  };
}

const headerValue = matching("visible ASCII characters", /^[!-~](?:[ -~]{0,2000}[!-~])?$/);
const SECRET_HEADER = /^(?:authorization|cookie|proxy-authorization|.*(?:key|token|secret).*)$/i;

const headers = z
  .preprocess((value) => value ?? {}, z.record(z.string(), headerValue, "a map of header names and their values"))
  .superRefine((given, context) => {
    for (const [name, value] of Object.entries(given)) {
      if (!/^[!#$%&'*+.^_`|~\da-z-]+$/i.test(name)) {
        context.addIssue({ code: "custom", path: [name], message: "under the name of a header" });
      } else if (SECRET_HEADER.test(name) && !/\$\{[A-Z_][A-Z\d_]*\}/i.test(value)) {
        const message =
          "the name of a variable of the environment such as ${PROMETHEUS_TOKEN}: no secret stands in a plan";
        context.addIssue({ code: "custom", path: [name], message });
      }
    }
  });

const prometheus = map({ url: address, query: text(4_000), headers });
const json = map({
  url: address,
  pointer: matching('an RFC 6901 pointer such as "/rates/acceptance"', /^(?:\/(?:[^~/\p{Cc}]|~[01])*)*$/u),
  headers,
});

const bound = z.number("a number").nullable().default(null);

function typed<const Type extends string, Shape extends z.core.$ZodLooseShape>(type: Type, shape: Shape) {
  return map({ type: z.literal(type), ...shape });
}

const errorRate = typed("errorRate", { ...said("rollback"), budget, minEffect: effect.optional() });
const divergence = typed("divergence", {
  ...said("rollback"),
  severity: severity.default("minor"),
  budget,
  minEffect: effect.optional(),
});
const divergenceCount = typed("divergenceCount", {
  ...said("rollback"),
  severity: severity.default("critical"),
  max: whole(0, 1_000_000).default(0),
});
const addedLatency = typed("addedLatency", {
  ...said("rollback"),
  max: duration("1ms", "1h"),
  minEffect: effect.default(LATENCY_EFFECT),
});
const latency = typed("latency", {
  ...said("rollback"),
  max: duration("1ms", "1h"),
  budget: budget.default(LATE),
  minEffect: effect.default(LATENCY_EFFECT),
});
const candidateLatency = typed("candidateLatency", { ...said("rollback"), minEffect: effect.default(LATENCY_EFFECT) });
const determinism = typed("determinism", { ...said("hold"), minEffect: effect.default(EFFECT) });
const bucketDeterminism = typed("bucketDeterminism", said("hold"));
const configDrift = typed("configDrift", said("warn"));
const coverage = typed("coverage", { ...said("hold"), min: share(0, 1).default(0.99), consecutive });
const sensitivity = typed("sensitivity", { ...said("hold"), min: share(0, 1).default(1), consecutive });
const observerEffect = typed("observerEffect", { ...said("shed"), minEffect: effect.default(EFFECT) });
const cohorts = typed("cohorts", { ...said("rollback"), minEffect: effect.default(EFFECT) });
const baseline = typed("baseline", { ...said("shed"), minEffect: effect.default(EFFECT) });
const serverErrors = typed("serverErrors", {
  ...said("rollback"),
  max: share(0, 1),
  side: word(["all", "candidate"]).default("all"),
  consecutive,
});
const events = typed("events", {
  ...said("rollback"),
  event: text(100).nullable().default(null),
  side: word(["legacy", "candidate"]).default("candidate"),
  min: bound,
  max: bound,
  consecutive,
});
const alerts = typed("alerts", said("hold"));
const metric = typed("metric", {
  ...said("rollback"),
  name: partName,
  prometheus: prometheus.optional(),
  json: json.optional(),
  min: bound,
  max: bound,
  consecutive,
});

export const gateKinds = {
  errorRate,
  divergence,
  divergenceCount,
  addedLatency,
  latency,
  candidateLatency,
  determinism,
  bucketDeterminism,
  configDrift,
  coverage,
  sensitivity,
  observerEffect,
  cohorts,
  baseline,
  serverErrors,
  events,
  alerts,
  metric,
} as const;

const union = z.discriminatedUnion(
  "type",
  [
    errorRate,
    divergence,
    divergenceCount,
    addedLatency,
    latency,
    candidateLatency,
    determinism,
    bucketDeterminism,
    configDrift,
    coverage,
    sensitivity,
    observerEffect,
    cohorts,
    baseline,
    serverErrors,
    events,
    alerts,
    metric,
  ],
  {
    error: ({ code }: z.core.$ZodRawIssue) =>
      code === "invalid_union" ? oneOf(Object.keys(gateKinds)) : "a map with the `type` of a gate",
  },
);

/** As people write it; with its defaults. */
export const gateSchema = union.transform((given, context): Gate => {
  const { type, onFail, within, to, settings: written } = given;
  const name = given.name ?? (type === "divergence" || type === "divergenceCount" ? `${type}-${given.severity}` : type);
  const wrong = wrongIn(given);
  if (wrong !== null) {
    context.addIssue({ code: "custom", ...wrong });
    return z.NEVER;
  }
  const said = {
    name,
    onFail,
    ...(within === null ? {} : { withinMs: within }),
    ...(to === null ? {} : { to }),
    ...(written === null ? {} : { settings: written }),
  };
  switch (type) {
    case "errorRate":
      return { type, ...said, budget: given.budget, minEffect: given.minEffect ?? given.budget * EFFECT_OF_BUDGET };
    case "divergence":
      return {
        type,
        ...said,
        severity: given.severity,
        budget: given.budget,
        minEffect: given.minEffect ?? given.budget * EFFECT_OF_BUDGET,
      };
    case "addedLatency":
      return { type, ...said, minEffect: given.minEffect, maxMs: given.max };
    case "latency":
      return { type, ...said, minEffect: given.minEffect, budget: given.budget, maxMs: given.max };
    case "metric": {
      const { min, max, consecutive: inARow } = given;
      const source = sourceOf(given);
      if (source !== null) return { type, ...said, consecutive: inARow, source, min, max };
      context.addIssue("a gate with the metric it asks: one of `prometheus` and `json`");
      return z.NEVER;
    }
    default: {
      const { within: _within, to: _to, settings: _settings, ...rest } = given;
      return { ...rest, ...said };
    }
  }
});

/** What does not go together; null: everything does. */
function wrongIn(given: z.output<typeof union>): { readonly path: string[]; readonly message: string } | null {
  const { onFail, to, settings: written } = given;
  if (to !== null && onFail !== "rollback" && onFail !== "lower") {
    return { path: ["to"], message: "left out: only with `onFail: rollback` or `lower` it leads anywhere" };
  }
  if (onFail === "lower" && (to === "shadow" || to === "off")) {
    return { path: ["to"], message: '"previous", or {phase: the name of one}: what is lowered runs on in a phase' };
  }
  if ((written !== null) !== (onFail === "adjust")) {
    const must =
      written === null
        ? "given: `onFail: adjust` writes them to the flag"
        : "left out: only `onFail: adjust` writes them";
    return { path: ["settings"], message: must };
  }
  if (given.type !== "metric" && given.type !== "events") return null;
  const { min, max } = given;
  if (min === null && max === null) return { path: [], message: "a gate with a bound: `min`, `max` or both" };
  if (min === null || max === null || min <= max) return null;
  return { path: ["min"], message: `at most \`max\`, ${max}` };
}

/** null: none, or two. */
function sourceOf({ prometheus: query, json: value }: z.output<typeof metric>): MetricSource | null {
  if (query !== undefined && value === undefined) return { kind: "prometheus", ...query };
  if (value !== undefined && query === undefined) return { kind: "json", ...value };
  return null;
}

export const approvalSchema = map({
  count: whole(1, 20).default(1),
  names: z.array(text(64), "a list of names").default([]),
  notAuthor: z.boolean("true or false").default(true),
});

const observations = "a number of observations from 1000 to 1e12";

/** false: none. */
export const fastLaneSchema = z.preprocess(
  (value) => (value === false ? null : (value ?? {})),
  map({
    falseAlarmEvery: z.number(observations).min(1_000, observations).max(1e12, observations).default(1_000_000),
    budget: budget.default(0.01),
  }).nullable(),
);
