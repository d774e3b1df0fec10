import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  Answer,
  evaluated,
  HALF_ON,
  one,
  post,
  set,
  startBehind,
  startWithFlags,
  versionOf,
} from "../../../test/support/ofrep.ts";
import type { SampleAdmin } from "../sample.ts";

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
