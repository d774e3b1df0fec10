import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { Opened } from "../../test/support/opened.ts";
import { json, startSide } from "../../test/support/side.ts";
import { createRules, type EgressRule } from "./rules.ts";
import type { Verdict } from "./call.ts";
import { asJson, openEgress, text } from "./sample.ts";
import { fill } from "./template.ts";

const opened = new Opened();
afterEach(opened.close);

function rule(match: Partial<EgressRule["match"]>, says: Partial<EgressRule> = {}): EgressRule {
  return {
    match: { upstream: null, method: null, path: "/**", ...match },
    classify: null,
    answer: null,
    fault: null,
    release: false,
    ...says,
  };
}

describe("a rule", () => {
  const call = { upstream: "crm", method: "POST", target: "/contacts/42/notes?x=/y" };
  test.each<readonly [Partial<EgressRule["match"]>, boolean]>([
    [{}, true],
    [{ upstream: "crm", method: "POST", path: "/contacts/*/notes" }, true],
    [{ path: "/contacts/**" }, true],
    [{ path: "/contacts/*/notes/**" }, true],
    [{ path: "/contacts/*" }, false],
    [{ path: "/contacts/*/notes/*" }, false],
    [{ path: "/contacts/*/*/*/**" }, false],
    [{ upstream: "graph" }, false],
    [{ method: "PUT" }, false],
  ])("matches by upstream, method and path: %j", (match, matches) => {
    expect(createRules([rule(match)])(call) !== null).toBe(matches);
  });

  test("counts before those below it", () => {
    const [first, second] = [rule({ path: "/contacts/**" }), rule({})];
    expect(createRules([first, second])(call)).toBe(first);
    expect(createRules([first, second])({ ...call, target: "/other" })).toBe(second);
  });

  test("is asked in linear time", () => {
    const find = createRules(Array.from({ length: 50 }, () => rule({ path: `${"/*".repeat(30)}/x/**` })));
    const started = performance.now();
    for (let i = 0; i < 20; i += 1) find({ ...call, target: "/a".repeat(30_000) });
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

test("a template's places take values as they are, or as text within a text", () => {
  const filling = { id: "held-1", path: ["contacts", "42"], body: { name: "x", tags: [1] } };
  const template = {
    id: "{id}",
    at: "/{path:1}/{path:2}/{path:9}",
    list: ["{body:tags}", "{body:none}", 7],
    s: "{body:tags}!",
  };
  expect(fill(template, filling)).toEqual({ id: "held-1", at: "/contacts/42/", list: [[1], null, 7], s: "[1]!" });
  expect(fill("{body:constructor} {other}", filling)).toBe(" {other}");
});

const outside = async () => opened.add(await startSide(json(200, { from: "outside" })));

describe("a held call", () => {
  const answer = {
    status: 201,
    headers: ["x-a", "b"],
    body: { id: "{id}", contact: "{path:2}", name: "{body:name}" },
  };

  test("is answered as a rule says", async () => {
    const crm = await outside();
    const rules = createRules([rule({ upstream: "crm", path: "/contacts/*" }, { classify: "send", answer })]);
    const judge = () => ({ decision: "hold", exchange: "e1" }) as const;
    const egress = await openEgress(opened, { upstreams: { crm: crm.url }, rules, judge });
    const got = await egress.call("/candidate/crm/contacts/42", { headers: asJson, body: '{"name":"x"}' });
    const { id, ...rest } = JSON.parse(got.body.toString());
    expect([got.status, rest]).toEqual([201, { contact: "42", name: "x" }]);
    expect(id).toMatch(/^held-[0-9a-f]{24}$/);
    expect(got.rawHeaders).toEqual(expect.arrayContaining(["x-a", "b", "content-type"]));
    expect([egress.told, crm.seen]).toEqual([["candidate held"], []]);
  });

  test("to an API of which nothing is said gets a plain success", async () => {
    const egress = await openEgress(opened, { upstreams: { crm: "http://127.0.0.1:1" } });
    const got = await egress.call("/candidate/crm/contacts", { headers: asJson, body: "{}" });
    expect([got.status, got.body.toString()]).toEqual([200, '{"success":true}']);
  });

  test("that a rule calls a read waits for legacy's answer, whatever its method", async () => {
    const rules = createRules([rule({ path: "/search" }, { classify: "read" })]);
    const crm = await outside();
    const egress = await openEgress(opened, { upstreams: { crm: crm.url }, rules, settings: { reads: "pass" } });
    const got = await egress.call("/candidate/crm/search", { body: "{}" });
    expect([got.status, crm.seen, egress.told]).toEqual([404, [], ["candidate held"]]);
  });
});

describe("a fault that a rule asks for", () => {
  const faulty = (fault: EgressRule["fault"]) => createRules([rule({ path: "/*/*/messages" }, { fault })]);

  test.each([
    [429, 131056],
    [500, 1],
  ] as const)("is met by the candidate's held calls: %d", async (fault, code) => {
    const egress = await openEgress(opened, { upstreams: { graph: "http://127.0.0.1:1" }, rules: faulty(fault) });
    const got = await egress.call("/candidate/graph/v23.0/1/messages", { headers: asJson, body: text });
    expect([got.status, JSON.parse(got.body.toString()).error.code]).toEqual([fault, code]);
    const twin = await egress.call("/twin/graph/v23.0/1/messages", { headers: asJson, body: text });
    expect([twin.status, egress.told]).toEqual([200, ["candidate held", "twin held"]]);
  });

  test("may be that no answer comes", async () => {
    const egress = await openEgress(opened, { upstreams: { graph: "http://127.0.0.1:1" }, rules: faulty("hang") });
    let received = 0;
    const socket = connect(egress.port, "127.0.0.1");
    socket.on("data", (chunk) => (received += chunk.length));
    socket.write("POST /candidate/graph/v23.0/1/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
    await egress.call("/twin/graph/v23.0/1/messages", { body: text });
    socket.destroy();
    await expect.poll(() => egress.told).toEqual(["twin held", "candidate held"]);
    expect(received).toBe(0);
    expect(egress.records.at(-1)).toMatchObject({ status: null, answer: null });
  });

  test("is not met by calls that go out", async () => {
    const graph = await outside();
    const judge = () => ({ decision: "release", exchange: null }) as const;
    const egress = await openEgress(opened, { upstreams: { graph: graph.url }, rules: faulty(500), judge });
    for (const side of ["candidate", "legacy"]) {
      expect((await egress.call(`/${side}/graph/v23.0/1/messages`, { body: text })).status).toBe(200);
    }
    expect(graph.seen).toHaveLength(2);
  });
});

describe("a rule that releases", () => {
  const release = { ...rule({}), release: true };
  const may = { decision: "hold", exchange: "e1", rulesMayRelease: true } as const;
  const body = '{"total":1}';

  test.each<readonly [string, string, Partial<EgressRule>, Verdict, string, readonly [string, number]]>([
    ["where the verdict leaves it to the rules", "crm/events", {}, may, body, ["candidate released", 1]],
    ["not where it does not", "crm/events", {}, { decision: "hold", exchange: "e1" }, body, ["candidate held", 0]],
    ["no send", "crm/events", { classify: "send" }, may, body, ["candidate held", 0]],
    ["nothing of the Graph API", "graph/v23.0/1/settings", {}, may, body, ["candidate held", 0]],
    ["nothing that looks like a message", "crm/v23.0/1/messages", {}, may, text, ["candidate held", 0]],
    [
      "what it says, and no other call",
      "crm/other",
      { match: { upstream: "crm", method: null, path: "/events" } },
      may,
      body,
      ["candidate held", 0],
    ],
  ])("lets out %s", async (_, target, changes, verdict, sent, [told, went]) => {
    const outside = opened.add(await startSide(json(201, { from: "outside" })));
    const egress = await openEgress(opened, {
      upstreams: { crm: outside.url, graph: outside.url },
      rules: createRules([{ ...release, ...changes }]),
      judge: () => verdict,
    });
    await egress.call(`/candidate/${target}`, { headers: asJson, body: sent });
    expect([egress.told, outside.seen.length]).toEqual([[told], went]);
  });

  test("sends a body of any length on, byte for byte, without what we told the candidate", async () => {
    const outside = opened.add(await startSide(json(201, {})));
    const egress = await openEgress(opened, {
      upstreams: { crm: outside.url },
      rules: createRules([release]),
      judge: () => may,
    });
    const long = "x".repeat(300_000);
    const headers = [...asJson, "x-sombra-exchange", "e1"];
    const answer = await egress.call("/candidate/crm/events", { headers, body: long });
    expect([answer.status, outside.seen[0]?.body.toString()]).toEqual([201, long]);
    expect(outside.seen[0]?.headers).not.toHaveProperty("x-sombra-exchange");
  });
});
