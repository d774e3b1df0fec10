import { afterEach, describe, expect, test } from "vitest";
import { startFaulty, refusingUrl } from "../../test/support/fault.ts";
import { Opened } from "../../test/support/opened.ts";
import { createDeclare, readDeclared } from "./index.ts";
import { openEgress, type SampleEgress } from "./sample.ts";

const opened = new Opened();
afterEach(opened.close);
const open = (): Promise<SampleEgress> => openEgress(opened, { upstreams: {} });
const event = { exchange: "e1", kind: "canonical_event", name: "message.received", payload: { a: [1, null] } };

describe("a declared effect", () => {
  test.each(["legacy", "candidate", "twin"])("is handed on: %s", async (side) => {
    const egress = await open();
    const answer = await egress.call(`/${side}/_effects`, { body: JSON.stringify(event) });
    expect([answer.status, egress.declared]).toEqual([202, [{ side, ...event, traceId: null }]]);
  });

  test("needs neither a payload nor an exchange, which its fields may name", async () => {
    const egress = await open();
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const headers = ["x-sombra-exchange", "e2", "traceparent", `00-${traceId}-b7ad6b7169203331-01`];
    await egress.call("/candidate/_effects", { headers, body: '{"kind":"publish_failure","name":"x"}' });
    expect(egress.declared).toEqual([
      { side: "candidate", exchange: "e2", kind: "publish_failure", name: "x", payload: null, traceId },
    ]);
  });

  const deep = JSON.stringify(event).replace('{"a":[1,null]}', "[".repeat(20_000) + "]".repeat(20_000));
  test.each<readonly [string, string, number, RegExp]>([
    ["no JSON", "{", 400, /must be a JSON object/],
    ["nothing", "", 400, /must be a JSON object/],
    ["a list", "[]", 400, /must be a JSON object/],
    ["no kind", '{"name":"x"}', 400, /"kind" must be/],
    ["a kind that is a sentence", '{"kind":"a b","name":"x"}', 400, /"kind" must be/],
    ["no name", '{"kind":"x"}', 400, /"name" must be/],
    ["a name with a line break", '{"kind":"x","name":"a\\nb"}', 400, /"name" must be/],
    ["an exchange that is none", '{"kind":"x","name":"x","exchange":7}', 400, /"exchange" must be/],
    ["another side", '{"kind":"x","name":"x","side":"legacy"}', 400, /"side" must be that of the address/],
    ["a member that is not known", '{"kind":"x","name":"x","447700900123":1}', 400, /there are 1 others/],
    ["too large a payload", JSON.stringify({ ...event, payload: "x".repeat(17_000) }), 400, /"payload" must be/],
    ["a payload nested without end", deep, 400, /"payload" must be/],
    ["too large a body", JSON.stringify({ ...event, payload: "x".repeat(70_000) }), 413, /at most 65536 bytes/],
  ])("that is %s is refused, and says why", async (_, body, status, detail) => {
    const egress = await open();
    const answer = await egress.call("/candidate/_effects", { body });
    expect([answer.status, egress.declared, egress.used]).toEqual([status, [], 0]);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ status, detail: expect.stringMatching(detail) });
    expect(answer.rawHeaders).toContain("application/problem+json");
    expect(answer.body.toString()).not.toContain("447700900123");
  });

  test("comes by POST", async () => {
    const egress = await open();
    const answer = await egress.call("/candidate/_effects", { method: "GET" });
    expect([answer.status, answer.rawHeaders.includes("POST")]).toEqual([405, true]);
  });

  test("that nobody can take is refused", async () => {
    const declared = (): void => {
      throw new Error("x");
    };
    const egress = await openEgress(opened, { upstreams: {}, declared });
    expect((await egress.call("/candidate/_effects", { body: JSON.stringify(event) })).status).toBe(503);
    expect(egress.faults).toEqual(["egress-declared"]);
  });

  test("says whose it is where the address does not", () => {
    const declarer = { whose: null, rawHeaders: [] };
    expect(readDeclared({ ...event, side: "twin" }, declarer)).toMatchObject({ side: "twin" });
    expect(readDeclared(event, declarer)).toMatch(/"side" must be legacy, candidate or twin/);
  });
});

describe("the client", () => {
  test("says that it was taken", async () => {
    const egress = await open();
    expect(await createDeclare(`${egress.url}/candidate`)(event)).toBe(true);
    expect(egress.declared).toHaveLength(1);
    expect(await createDeclare(`${egress.url}/candidate`)({ ...event, kind: "a b" })).toBe(false);
  });

  test("lets the handler go on where Sombra is away or hangs", async () => {
    const hanging = opened.add(await startFaulty("hangs"));
    expect(await createDeclare(`${await refusingUrl()}/candidate`)(event)).toBe(false);
    expect(await createDeclare(`${hanging.url}/candidate`, 50)(event)).toBe(false);
  });
});
