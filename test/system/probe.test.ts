import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom, type Seen, type SideServer } from "../support/side.ts";
import type { LedgerAnswer, Sombra } from "../support/sombra.ts";

const opened = new Opened();
afterEach(opened.close);

interface Check {
  readonly name: string;
  readonly status: string;
  readonly text: string;
}

interface World {
  readonly candidate: SideServer;
  readonly graph: SideServer;
  readonly sombra: Sombra;
}

/** What the candidate calls for whoever wrote: its address, its target and its body. */
type Calls = (from: string) => readonly (readonly [side: string, target: string, body: object])[];

const answers: Calls = (to) => [
  [
    "candidate",
    "/v23.0/100000000000001/messages",
    { messaging_product: "whatsapp", to, type: "text", text: { body: "Oi" } },
  ],
];

async function world(calls: Calls, env: Readonly<Record<string, string>> = {}, traced = true): Promise<World> {
  const dir = opened.directory("sombra-probe-");
  writeFileSync(join(dir, "sombra.yaml"), "routes: [{ settle: { quietMs: 100, maxMs: 1500 } }]\n");
  const egress = await freePort();
  const graph = opened.add(await startSide(json(200, { messages: [{ id: "wamid.real" }] })));
  const legacy = opened.add(await startSide(json(200, {})));
  const candidate = opened.add(
    await startSide((request, response) => {
      json(200, {})(request, response);
      const headers: Readonly<Record<string, string>> = traced
        ? { traceparent: String(request.headers["traceparent"]) }
        : {};
      for (const [side, target, body] of calls(senderOf(request))) {
        void post(`http://127.0.0.1:${egress}/${side}/graph${target}`, JSON.stringify(body), headers);
      }
    }),
  );
  const sombra = await opened.sombra({
    SOMBRA_LEGACY_URL: legacy.url,
    SOMBRA_CANDIDATE_URL: `${candidate.url}/new`,
    SOMBRA_GRAPH_URL: graph.url,
    SOMBRA_EGRESS_PORT: String(egress),
    SOMBRA_CONFIG: join(dir, "sombra.yaml"),
    SOMBRA_CANDIDATE_APP_SECRET: "candidates-secret",
    WHATSAPP_CANONICAL_EVENTS_ENABLED: "false",
    ...env,
  });
  return { candidate, graph, sombra };
}

function senderOf({ body }: Seen): string {
  const { entry }: { entry: { changes: { value: { contacts: { wa_id: string }[] } }[] }[] } = JSON.parse(
    body.toString(),
  );
  return entry[0]?.changes[0]?.value.contacts[0]?.wa_id ?? "";
}

async function probe({ sombra }: World): Promise<readonly Check[]> {
  const answer = await sombra.call("POST", "/api/doctor/probe");
  expect(answer.status).toBe(200);
  const { checks }: { checks: readonly Check[] } = JSON.parse(await answer.text());
  return checks;
}

test("a candidate is sent a marked and signed delivery from nobody, and what it does is held and told", async () => {
  const all = await world(answers);
  expect(await probe(all)).toEqual([
    {
      name: "default: probe",
      status: "ok",
      text: "the candidate answered 200 and 1 call came: send.text; all held",
      pt: "o candidate respondeu 200 e veio 1 chamada: send.text; tudo retido",
    },
  ]);
  const [seen] = all.candidate.seen;
  expect(seen).toMatchObject({
    method: "POST",
    url: "/new/",
    headers: {
      "x-sombra-shadow": "true",
      "x-sombra-mode": "shadow",
      "x-sombra-probe": "true",
      "x-sombra-flags": expect.stringContaining(
        ";WHATSAPP_CANONICAL_EVENTS_ENABLED=on,WHATSAPP_CANONICAL_SHADOW_MODE=on,",
      ),
      "content-type": "application/json",
    },
  });
  const digest = createHmac("sha256", "candidates-secret")
    .update(seen?.body ?? "")
    .digest("hex");
  expect(seen?.headers["x-hub-signature-256"]).toBe(`sha256=${digest}`);
  expect(seen && senderOf(seen)).toMatch(/^999\d{10}$/);
  expect(all.graph.seen).toEqual([]);
  expect((await all.sombra.get<LedgerAnswer>("/api/ledger")).received).toBe(0);
});

test("it goes where the last delivery went, for the number that it came to", async () => {
  const all = await world(answers);
  await post(`${all.sombra.url}/webhook?x=1`, textFrom("447700900123"));
  await probe(all);
  expect(all.candidate.seen.map(({ url }) => url)).toEqual(["/new/webhook?x=1"]);
  expect(all.candidate.seen[0]?.body.toString()).toContain('"phone_number_id":"100000000000001"');
});

test("nothing forged says where it goes, and nothing that names no number takes one away", async () => {
  const all = await world(answers, { SOMBRA_APP_SECRET: "providers-secret" });
  const deliver = (path: string, body: string, secret: string): Promise<Response> => {
    const digest = createHmac("sha256", secret).update(body).digest("hex");
    return post(all.sombra.url + path, body, { "x-hub-signature-256": `sha256=${digest}` });
  };
  await deliver("/webhook", textFrom("447700900123"), "providers-secret");
  await deliver("/webhook", JSON.stringify({ object: "whatsapp_business_account", entry: [] }), "providers-secret");
  await deliver("/elsewhere", textFrom("447700900123").replace("100000000000001", "666"), "nobodys-secret");
  await probe(all);
  expect(all.candidate.seen.map(({ url }) => url)).toEqual(["/new/webhook"]);
  expect(all.candidate.seen[0]?.body.toString()).toContain('"phone_number_id":"100000000000001"');
});

test.each<readonly [string, Calls, boolean, string, RegExp]>([
  ["that passes no trace on", answers, false, "warn", /all held; 1 tied by nothing but the recipient/],
  ["that says nothing", () => [], true, "warn", /no call came that is tied to the probe in 1\.5 s/],
  [
    "that has legacy's address",
    (to) => answers(to).map(([, target, body]) => ["legacy", target, body] as const),
    true,
    "fail",
    /1 by \/legacy: .* REACHES CUSTOMERS/,
  ],
])("it tells of a candidate %s", async (_, calls, traced, status, text) => {
  const all = await world(calls, {}, traced);
  await post(all.sombra.url, textFrom("447700900123"));
  expect(await probe(all)).toMatchObject([{ status, text: expect.stringMatching(text) }]);
});

test("there is none while somebody may be cut over, or the kill switch is thrown", async () => {
  const cutover = {
    WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
    WHATSAPP_CANONICAL_SHADOW_MODE: "false",
    WHATSAPP_DUAL_RUN: "false",
  };
  const all = await world(answers, cutover);
  expect(await probe(all)).toMatchObject([
    { status: "warn", text: expect.stringMatching(/^not probed: the flags cut over/) },
  ]);
  await all.sombra.call("POST", "/api/kill");
  expect(await probe(all)).toMatchObject([
    { status: "warn", text: expect.stringMatching(/^not probed: the kill switch/) },
  ]);
  expect(all.candidate.seen).toEqual([]);
});

describe("a cutover", () => {
  const cutOver = ({ sombra }: World, order: object = {}): Promise<Response> =>
    sombra.call("POST", "/api/cutover", { route: "default", percent: 100, ...order });
  const pairOf = async ({ sombra }: World): Promise<readonly unknown[]> => {
    const pair = ["WHATSAPP_CANONICAL_SHADOW_MODE", "WHATSAPP_DUAL_RUN"];
    const asked = pair.map((flag) =>
      sombra.get<{ enabled: boolean }>(`/feature-flags/${flag}?shopper_id=447700900123`),
    );
    return (await Promise.all(asked)).map(({ enabled }) => enabled);
  };
  const on = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" };

  test("probes the candidate itself, and is refused where that calls by legacy's address", async () => {
    const all = await world((to) => answers(to).map(([, target, body]) => ["legacy", target, body] as const), on);
    const refused = await cutOver(all);
    expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining("1 by /legacy")]);
    expect(all.candidate.seen.map(({ headers }) => headers["x-sombra-probe"])).toEqual(["true"]);
    expect(await pairOf(all)).toEqual([true, true]);
    const order = { break_glass: true, reason: "It is known" };
    expect((await cutOver(all, order)).status).toBe(200);
    expect(all.candidate.seen).toHaveLength(1);
  });

  test("is done where all that the candidate sends is held, and its share raised without another probe", async () => {
    const all = await world(answers, on);
    for (const percent of [10, 50]) {
      const done = await cutOver(all, { percent });
      const { checks }: { checks: readonly Check[] } = JSON.parse(await done.text());
      const text = percent === 10 ? "1 call came: send.text; all held" : "not probed: the flags cut over some shopper";
      const found = { name: "default: probe", text: expect.stringContaining(text) };
      expect([done.status, checks]).toEqual([200, expect.arrayContaining([expect.objectContaining(found)])]);
    }
    expect(all.candidate.seen).toHaveLength(1);
    expect(all.graph.seen).toEqual([]);
  });
});
