export type Json = Readonly<Record<string, unknown>>;

const list = { type: "array", items: { type: "string" } };
const yesNo = { type: "boolean" };
const orNull = (type: string): Json => ({ type: [type, "null"] });
const object = (properties: Json, required: readonly string[] = []): Json => ({
  type: "object",
  required,
  properties,
});

const flagFields = {
  description: { type: "string" },
  enabled: orNull("boolean"),
  percent: { ...orNull("number"), minimum: 0, maximum: 100 },
  allowlist: { ...list, type: ["array", "null"] },
  denylist: list,
  forceOn: list,
  audience: orNull("string"),
  default: yesNo,
  salt: orNull("string"),
  bucketing: { enum: ["murmur3", "md5"] },
  settings: { type: "object" },
};

/** One of ignore, unordered, tolerance, mask, equivalents, case and severity. */
const ruleFields = {
  route: orNull("string"),
  itemKind: orNull("string"),
  where: { enum: ["answer", "effect", null] },
  path: { type: "string" },
  ignore: { const: true },
  unordered: { type: ["boolean", "object"] },
  tolerance: object({ absolute: { type: "number" }, relative: { type: "number" }, ms: { type: "number" } }),
  mask: list,
  equivalents: { type: "array" },
  case: { const: true },
  severity: { enum: ["critical", "major", "minor"] },
  owner: { type: "string" },
  reason: { type: "string" },
  expires: { type: "string", description: "A day or a time in ISO 8601, UTC, or never" },
};

/** What calls take, by the name of its schema. */
export const bodies = {
  Flag: object(flagFields),
  Flags: object({ flags: { type: "object", additionalProperties: { $ref: "#/components/schemas/Flag" } } }, ["flags"]),
  FlagMembers: object({ list: { enum: ["allowlist", "denylist", "forceOn"] }, add: list, remove: list }, ["list"]),
  FlagUpdate: object(
    {
      name: { type: "string" },
      enabled: yesNo,
      shadow_mode: yesNo,
      allowlist: { ...list, type: ["array", "null"] },
      denylist: list,
      percent_rollout: orNull("number"),
      active: yesNo,
    },
    ["name"],
  ),
  Triage: object(
    {
      state: { enum: ["expected", "bug", "fixed", "open"] },
      reason: { type: "string", description: "Asked for where it is expected" },
      until: { type: "string", description: "Until when it is expected: a day or a time in ISO 8601, UTC" },
      link: { type: "string", description: "Where the bug is followed" },
    },
    ["state"],
  ),
  Rule: object(ruleFields, ["path", "owner", "reason", "expires"]),
  RulePreview: object({ rule: object(ruleFields, ["path"]) }, ["rule"]),
  Erase: object({ shopper: { type: "string" }, lists: yesNo, reason: { type: "string" } }, ["shopper"]),
  Audience: object({ members: list }, ["members"]),
  AudienceMembers: object({ add: list, remove: list }),
  Cutover: object(
    {
      route: { type: "string" },
      percent: { type: "number", minimum: 0, maximum: 100, default: 100 },
      to_shadow: yesNo,
      break_glass: yesNo,
      reason: { type: "string" },
    },
    ["route"],
  ),
  Reason: object({ reason: { type: "string" } }),
  Effect: object(
    {
      side: { enum: ["legacy", "candidate", "twin"] },
      exchange: orNull("string"),
      kind: { type: "string", maxLength: 64 },
      name: { type: "string", maxLength: 128 },
      payload: {},
    },
    ["side", "kind", "name"],
  ),
  Evaluation: object({ context: { type: "object" } }),
  Plan: { type: "object", description: "A plan, in JSON or YAML; docs/rollouts.md has its fields" },
  Action: object({
    reason: {
      type: "string",
      description: "Asked for by pause, reject, acknowledge, rollback, abort, advance with `to`, and break_glass",
    },
    break_glass: { ...yesNo, description: "start, advance, complete: although something speaks against it" },
    to: { type: "string", description: "advance: a phase; rollback: a phase, shadow, previous or off" },
    gate: { type: "string", description: "acknowledge" },
    until: { type: "string", description: "acknowledge: how long, such as 24h, or a day or a time in ISO 8601, UTC" },
    lessons: { type: "string", description: "complete: what was learned" },
    text: { type: "string", description: "note" },
    precheck: { type: "string", description: "tick: a precheck by hand" },
    evidence: { type: "string", description: "tick: by what it is known" },
  }),
  Simulate: object(
    {
      traffic: {
        type: "string",
        description: "Items an hour, then any of shoppers=, shape=, named=, audience=: 2000,shape=day",
      },
      candidate: {
        type: "string",
        default: "healthy",
        description: "healthy, or what is wrong with it from when on: errors=0.5%@2d,latency=+200ms@beta",
      },
      runs: { type: "integer", minimum: 1, maximum: 1000, default: 100 },
      seed: { type: "integer", minimum: 1, default: 1 },
      approve_after: { type: "string", default: "1h", description: "How long people take to approve" },
    },
    ["traffic"],
  ),
  Incident: object({
    id: { type: "string", description: "Absent: a new one" },
    title: { type: "string" },
    severity: { enum: ["critical", "major", "minor"] },
    state: { enum: ["open", "closed"] },
    reason: { type: "string" },
  }),
  ChannelTest: object({ channel: { type: "string", description: "Absent: every channel" } }),
  StatusOrder: object({ rollout: { type: "string" }, channel: { type: "string" } }),
};
