import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  Bulk,
  evaluated,
  one,
  post,
  sampleFlags,
  set,
  startBehind,
  startWithFlags,
} from "../../../test/support/ofrep.ts";
import type { Reply, SampleAdmin } from "../sample.ts";

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
