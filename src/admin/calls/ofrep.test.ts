import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OpenFeature, type Client } from "@openfeature/server-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Edit, FlagFields } from "../../flags/index.ts";
import { descriptionPresent, readDescription, type OfrepDescription } from "../ofrep/sample.ts";
import { createSampleFlags, sampleToken, startAdmin, type Asked, type Reply, type SampleAdmin } from "../sample.ts";

const one = "/ofrep/v1/evaluate/flags";
const sampleFlags: Readonly<Record<string, FlagFields>> = {
  EVERYBODY: { enabled: true },
  NOBODY: { enabled: false, percent: 100 },
  LISTED: { allowlist: ["alice"], denylist: ["mallory"], forceOn: ["bob"] },
  HALF: { percent: 50, settings: { model: "small", limits: [1, 2] } },
  WHOLE: { percent: 100 },
  MEMBERS: { audience: "members", enabled: true },
  UNSET: {},
};

// Bucket 16575 and 87951 of `HALF:<shopper>`.
const HALF_ON = "carol";
const HALF_OFF = "alice";

const Answer = z.object({
  key: z.string().optional(),
  value: z.boolean().optional(),
  variant: z.string().optional(),
  reason: z.string().optional(),
  errorCode: z.string().optional(),
  errorDetails: z.string().optional(),
  metadata: z.record(z.string(), z.union([z.boolean(), z.string(), z.number()])).optional(),
});
const Bulk = z.object({ flags: z.array(Answer), metadata: z.record(z.string(), z.unknown()) });

async function set({ flags }: Pick<SampleAdmin, "flags">, ...edits: readonly Edit[]): Promise<void> {
  const actor = { kind: "token", name: "test" } as const;
  const answer = await flags.deps.write({ edits, actor, reason: null, expect: {} });
  expect(answer.kind).toBe("written");
}

async function startWithFlags(changes: Parameters<typeof startAdmin>[0] = {}): Promise<SampleAdmin> {
  const admin = await startAdmin(changes);
  await set(
    admin,
    { kind: "audience", name: "members", members: ["alice"] },
    ...Object.entries(sampleFlags).map(([key, fields]) => ({ kind: "put", key, fields }) as const),
  );
  return admin;
}

/** `waiting` resolves once an evaluation waits for a version. */
async function startBehind() {
  const { deps, ...flags } = createSampleFlags();
  const { promise: waiting, resolve } = Promise.withResolvers<void>();
  let listeners = 0;
  const onFlags: typeof deps.onFlags = (listener, signal) => {
    deps.onFlags(listener, signal);
    // The first is that of the event streams.
    listeners += 1;
    if (listeners > 1) resolve();
  };
  const admin = await startAdmin({ ...deps, onFlags });
  return { admin: { ...admin, flags: { ...flags, deps } }, waiting };
}

function versionOf({ flags }: Pick<SampleAdmin, "flags">): number {
  return flags.deps.flags(undefined)?.snapshot.version ?? -1;
}

function post(context: unknown, headers: Asked["headers"] = {}): Asked {
  return { method: "POST", headers, body: JSON.stringify({ context }) };
}

async function evaluated(admin: SampleAdmin, key: string, context: unknown): Promise<z.infer<typeof Answer>> {
  return Answer.parse(JSON.parse((await admin.ask(`${one}/${key}`, post(context))).text));
}

describe("an OpenFeature client", () => {
  let admin: SampleAdmin;
  let client: Client;
  beforeAll(async () => {
    admin = await startWithFlags();
    await OpenFeature.setProviderAndWait("sombra", new OFREPProvider({ baseUrl: `http://127.0.0.1:${admin.port}` }));
    client = OpenFeature.getClient("sombra");
  });
  afterAll(async () => {
    await OpenFeature.close();
    await admin.close();
  });

  it.each([
    ["EVERYBODY", "alice", true, "STATIC", "enabled"],
    ["NOBODY", "alice", false, "DISABLED", "disabled"],
    ["LISTED", "alice", true, "TARGETING_MATCH", "allowlist"],
    ["LISTED", "carol", false, "TARGETING_MATCH", "allowlist"],
    ["LISTED", "mallory", false, "TARGETING_MATCH", "denylist"],
    ["LISTED", "bob", true, "TARGETING_MATCH", "force_on"],
    ["MEMBERS", "alice", true, "STATIC", "enabled"],
    ["MEMBERS", "carol", false, "TARGETING_MATCH", "audience"],
    ["HALF", HALF_ON, true, "SPLIT", "percent"],
    ["HALF", HALF_OFF, false, "SPLIT", "percent"],
    ["UNSET", "alice", false, "STATIC", "default"],
    ["CANONICAL_SHADOW", "alice", true, "STATIC", "fail_on"],
  ])("is told of %s for %s: %s", async (key, shopper, value, reason, rule) => {
    const details = await client.getBooleanDetails(key, !value, { targetingKey: shopper });
    expect(details).toMatchObject({ value, reason, variant: value ? "on" : "off", flagMetadata: { rule } });
    expect(details.errorCode).toBeUndefined();
  });

  it("without a shopper is told what holds for everybody", async () => {
    expect(await client.getBooleanValue("WHOLE", false)).toBe(true);
    expect(await client.getBooleanValue("HALF", true)).toBe(false);
    expect(await client.getBooleanValue("LISTED", true)).toBe(false);
  });

  it("falls back on its code for an unknown flag", async () => {
    for (const fallback of [true, false]) {
      const details = await client.getBooleanDetails("NOT_THERE", fallback, { targetingKey: "alice" });
      expect(details).toMatchObject({ value: fallback, errorCode: "FLAG_NOT_FOUND" });
    }
    expect(await client.getBooleanDetails("not/there", true)).toMatchObject({ errorCode: "FLAG_NOT_FOUND" });
  });

  it("follows a change and the kill switch from the next evaluation on", async () => {
    const ask = (): Promise<boolean> => client.getBooleanValue("FOLLOWED", false, { targetingKey: "dora" });
    await set(admin, { kind: "put", key: "FOLLOWED", fields: { allowlist: ["dora"] } });
    expect(await ask()).toBe(true);
    await set(admin, { kind: "members", key: "FOLLOWED", list: "denylist", add: ["dora"], remove: [] });
    expect(await ask()).toBe(false);
    const order = { actor: { kind: "token", name: "test" }, reason: null } as const;
    await admin.flags.deps.kill({ ...order, killed: true });
    const details = await client.getBooleanDetails("EVERYBODY", true, { targetingKey: "alice" });
    expect(details).toMatchObject({ value: false, reason: "DISABLED", flagMetadata: { rule: "killed" } });
    await admin.flags.deps.kill({ ...order, killed: false });
    expect(await client.getBooleanValue("EVERYBODY", false, { targetingKey: "alice" })).toBe(true);
  });

  it("gets bucket, threshold, versions and settings with the decision", async () => {
    const { flagMetadata } = await client.getBooleanDetails("HALF", false, { targetingKey: HALF_ON });
    const { settings, bucket, ...rest } = flagMetadata;
    expect(JSON.parse(String(settings))).toEqual({ model: "small", limits: [1, 2] });
    expect(bucket).toBe(16_575);
    const version = versionOf(admin);
    expect(rest).toEqual({
      rule: "percent",
      threshold: 50_000,
      flagVersion: 1,
      source: "sqlite",
      version,
      stale: false,
    });
  });
});

describe("an evaluation", () => {
  let admin: SampleAdmin;
  beforeAll(async () => {
    admin = await startWithFlags();
  });
  afterAll(() => admin.close());

  it("takes an alias and answers by the name asked", async () => {
    await set(admin, { kind: "put", key: "CANONICAL", fields: { allowlist: ["alice"] } });
    const answer = await evaluated(admin, "business-events", { targetingKey: "alice" });
    expect(answer).toMatchObject({ key: "business-events", value: true, metadata: { rule: "allowlist" } });
  });

  it.each([
    ["as its number", (version: number) => version],
    ["as its text", String],
    ["as the header has it", (version: number) => `v=${version};HALF=on,LISTED=off`],
  ])("is made on the version that a handler was called with, %s", async (_how, written) => {
    const context = { targetingKey: HALF_ON };
    const version = versionOf(admin);
    const before = await evaluated(admin, "HALF", { ...context, "sombra.snapshot": written(version) });
    await set(admin, { kind: "patch", key: "HALF", fields: { percent: 0 } });
    const pinned = await evaluated(admin, "HALF", { ...context, "sombra.snapshot": written(version) });
    const current = await evaluated(admin, "HALF", context);
    await set(admin, { kind: "patch", key: "HALF", fields: { percent: 50 } });
    expect(pinned).toEqual(before);
    expect(pinned).toMatchObject({ value: true, metadata: { version, pinned: true } });
    expect(current).toMatchObject({ value: false, metadata: { version: version + 1 } });
    expect(current.metadata).not.toHaveProperty("pinned");
  });

  it("on a version that is gone is made on the one in force, and says so", async () => {
    const gone = await startWithFlags({
      flags: (version) => (version === 0 ? null : admin.flags.deps.flags(version)),
    });
    const answer = await evaluated(gone, "EVERYBODY", { targetingKey: "alice", "sombra.snapshot": "0" });
    const version = versionOf(admin);
    expect(answer).toMatchObject({ value: true, metadata: { version, pinned: false } });
    await gone.close();
  });

  it("waits a moment for a version that is in force elsewhere already", async () => {
    const { admin: behind, waiting } = await startBehind();
    const answer = evaluated(behind, "NEW", { targetingKey: "alice", "sombra.snapshot": 1 });
    await waiting;
    await set(behind, { kind: "put", key: "NEW", fields: { enabled: true } });
    expect(await answer).toMatchObject({ value: true, metadata: { version: 1, pinned: true } });
    const never = await evaluated(behind, "NEW", { targetingKey: "alice", "sombra.snapshot": 99 });
    expect(never).toMatchObject({ value: true, metadata: { version: 1, pinned: false } });
    await behind.close();
  });

  it("says that flags are stale where the store does not answer", async () => {
    const lost = await startWithFlags();
    expect(await evaluated(lost, "EVERYBODY", {})).toMatchObject({ metadata: { stale: false } });
    lost.flags.lose("it does not answer");
    expect(await evaluated(lost, "EVERYBODY", {})).toMatchObject({ value: true, metadata: { stale: true } });
    await lost.close();
  });

  it("is no change: any number of them is answered, never with 429", async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => admin.ask(`${one}/EVERYBODY`, post({ targetingKey: "alice" }))),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(200);
  });

  it("from a page of another site is refused: it would tell of a shopper", async () => {
    const headers = { origin: "https://elsewhere.example" };
    expect((await admin.ask(`${one}/EVERYBODY`, post({}, headers))).status).toBe(403);
  });
});

describe("the evaluation of all flags", () => {
  let admin: SampleAdmin;
  beforeAll(async () => {
    admin = await startWithFlags();
  });
  afterAll(() => admin.close());

  const all = (shopper: string, tag?: string, query = ""): Promise<Reply> =>
    admin.ask(`${one}${query}`, post({ targetingKey: shopper }, tag === undefined ? {} : { "if-none-match": tag }));

  it("has every flag once, as each is evaluated alone", async () => {
    const { flags: told } = Bulk.parse(JSON.parse((await all("alice")).text));
    const keys = [...Object.keys(sampleFlags), "CANONICAL", "CANONICAL_SHADOW", "CANONICAL_DUAL", "CANONICAL_BACK"];
    expect(told).toHaveLength(keys.length);
    expect(new Set(told.map(({ key }) => key))).toEqual(new Set(keys));
    for (const flag of told) {
      expect(await evaluated(admin, flag.key ?? "", { targetingKey: "alice" })).toEqual(flag);
    }
  });

  it("names the stream that tells of changes", async () => {
    expect(JSON.parse((await all("alice")).text)).toMatchObject({
      metadata: { killed: false, stale: false },
      eventStreams: [{ type: "sse", endpoint: { requestUri: "/ofrep/v1/events" }, inactivityDelaySec: 120 }],
    });
  });

  it("is 304 for who has it, whichever way the tag is written, until something changes", async () => {
    const etag = String((await all("alice")).headers.etag);
    expect(etag).toMatch(/^"[\w-]{20,}"$/);
    for (const tag of [etag, `W/${etag}`, etag.slice(1, -1), `"other", ${etag}`, "*"]) {
      expect(await all("alice", tag)).toMatchObject({ status: 304, text: "", headers: { etag } });
    }
    expect((await all("bob", etag)).status).toBe(200);
    expect((await all("alice", '"other"')).status).toBe(200);
    await set(admin, { kind: "put", key: "ADDED", fields: { enabled: true } });
    const changed = await all("alice", etag);
    expect(changed.status).toBe(200);
    expect(changed.headers.etag).not.toBe(etag);
  });

  it("waits a moment for the version that an event told of", async () => {
    const { admin: behind, waiting } = await startBehind();
    const query = "?flagConfigEtag=1-killed&flagConfigLastModified=1771622898";
    const answer = behind.ask(`${one}${query}`, post({}));
    await waiting;
    await set(behind, { kind: "put", key: "NEW", fields: { enabled: true } });
    expect(Bulk.parse(JSON.parse((await answer).text)).metadata).toMatchObject({ version: 1 });
    await behind.close();
  });

  it("takes a tag that is none of its own for what it is", async () => {
    expect((await all("alice", undefined, "?flagConfigEtag=abc123&flagConfigLastModified=yesterday")).status).toBe(200);
  });
});

describe("a context", () => {
  let admin: SampleAdmin;
  beforeAll(async () => {
    admin = await startWithFlags();
  });
  afterAll(() => admin.close());

  it.each([
    ["", "PARSE_ERROR", "it is empty"],
    ['{"context": {"targetingKey": alice}}', "PARSE_ERROR", "line 1, column 30"],
    ["[]", "INVALID_CONTEXT", "context must be a JSON object"],
    ["{}", "INVALID_CONTEXT", "context must be a JSON object"],
    ['{"context": []}', "INVALID_CONTEXT", "context must be a JSON object"],
    ['{"context": {"targetingKey": 5511}}', "INVALID_CONTEXT", "context.targetingKey must be"],
    ['{"context": {"sombra.snapshot": -1}}', "INVALID_CONTEXT", 'context["sombra.snapshot"] must be'],
    ['{"context": {"sombra.snapshot": "now"}}', "INVALID_CONTEXT", 'context["sombra.snapshot"] must be'],
    ['{"context": {"sombra.snapshot": {}}}', "INVALID_CONTEXT", 'context["sombra.snapshot"] must be'],
  ])("that cannot be used is refused by name: %s", async (body, errorCode, errorDetails) => {
    for (const path of [`${one}/EVERYBODY`, one]) {
      const { status, text } = await admin.ask(path, { method: "POST", body });
      expect(status).toBe(400);
      const answer = Answer.parse(JSON.parse(text));
      expect(answer).toMatchObject({ errorCode, errorDetails: expect.stringContaining(errorDetails) });
      expect(text).not.toMatch(/alice|5511/);
    }
  });

  it.each([[{}], [{ targetingKey: null }], [{ targetingKey: "" }], [{ plan: "free", "sombra.snapshot": null }]])(
    "may lack a shopper: %j",
    async (context) => {
      expect(await evaluated(admin, "WHOLE", context)).toMatchObject({ value: true });
      expect(await evaluated(admin, "HALF", context)).toMatchObject({ value: false, metadata: { rule: "percent" } });
    },
  );
});

describe.skipIf(!descriptionPresent)("what OFREP describes", () => {
  const path = { one: `${one}/{key}`, all: one };
  const bearer = { authorization: "Bearer reader" };
  const access = { tokens: [sampleToken("reader", ["read"]), sampleToken("idle", [])], hosts: [] };
  const alice = { targetingKey: "alice" };
  let admin: SampleAdmin;
  let described: OfrepDescription;
  beforeAll(async () => {
    admin = await startWithFlags({ access });
    described = readDescription();
  });
  afterAll(() => admin.close());

  it.each([
    ...Object.keys(sampleFlags).map((key) => ["one", 200, `${one}/${key}`, post(alice, bearer)] as const),
    ...Object.keys(sampleFlags).map((key) => ["one", 200, `${one}/${key}`, post({}, bearer)] as const),
    ["one", 200, `${one}/HALF`, post({ ...alice, "sombra.snapshot": 1 }, bearer)],
    ["one", 400, `${one}/HALF`, { method: "POST", headers: bearer, body: "{" }],
    ["one", 400, `${one}/HALF`, post([], bearer)],
    ["one", 404, `${one}/NOT_THERE`, post(alice, bearer)],
    ["one", 401, `${one}/HALF`, post(alice)],
    ["one", 403, `${one}/HALF`, post(alice, { "x-api-key": "idle" })],
    ["all", 200, one, post(alice, { "x-api-key": "reader" })],
    ["all", 200, one, post({}, bearer)],
    ["all", 304, one, post(alice, { ...bearer, "if-none-match": "*" })],
    ["all", 400, one, { method: "POST", headers: bearer, body: "{" }],
    ["all", 400, one, post(null, bearer)],
    ["all", 401, one, post(alice)],
    ["all", 403, one, post(alice, { "x-api-key": "idle" })],
  ] as const)("is what is answered: %s, %d, %s", async (call, status, asked, request) => {
    const answer = await admin.ask(asked, request);
    expect(answer.status).toBe(status);
    expect(described.answerFaults(path[call], answer)).toEqual([]);
  });

  it.each(["one", "all"] as const)("is what is answered where Sombra is at fault: %s", async (call) => {
    const faulty = await startAdmin({ flags: () => null });
    const answer = await faulty.ask(call === "one" ? `${one}/HALF` : one, post(alice));
    await faulty.close();
    expect(answer.status).toBe(500);
    expect(described.answerFaults(path[call], answer)).toEqual([]);
  });

  it("is really looked at", () => {
    const { faults, answerFaults } = described;
    const flag = { key: "A", value: true, reason: "STATIC", variant: "on", metadata: { bucket: 1 } };
    expect(faults("evaluationSuccess", flag)).toEqual([]);
    expect(faults("evaluationSuccess", { ...flag, reason: "DEFAULT" })).not.toEqual([]);
    expect(faults("evaluationSuccess", { ...flag, metadata: { settings: {} } })).not.toEqual([]);
    expect(faults("bulkEvaluationSuccess", { flags: [flag] })).toEqual([]);
    expect(faults("bulkEvaluationSuccess", { flags: [{ ...flag, key: 1 }] })).not.toEqual([]);
    expect(answerFaults(path.one, { status: 404, text: '{"key":"A","errorCode":"GENERAL"}' })).not.toEqual([]);
    expect(() => answerFaults(path.one, { status: 418, text: "{}" })).toThrow("describes no 418");
  });
});
