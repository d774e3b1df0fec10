import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { createDeclare } from "../../src/effects/index.ts";
import { call } from "../support/call.ts";
import { refusingUrl } from "../support/fault.ts";
import { Opened } from "../support/opened.ts";
import { json, startSide } from "../support/side.ts";
import type { Sombra } from "../support/sombra.ts";

const opened = new Opened();
afterEach(opened.close);

async function sombraWith(graphUrl: string, egress: string): Promise<Sombra> {
  const folder = opened.directory("sombra-egress-");
  writeFileSync(join(folder, "sombra.yaml"), `egress:\n${egress}`);
  return opened.sombra({
    SOMBRA_LEGACY_URL: await refusingUrl(),
    SOMBRA_GRAPH_URL: graphUrl,
    SOMBRA_CONFIG: join(folder, "sombra.yaml"),
    REAL_TOKEN: "real",
  });
}
const parsed = (body: Buffer): unknown => JSON.parse(body.toString());

test("upstreams, tokens, rules and faults are those of the file", async () => {
  const outside = opened.add(await startSide(json(200, { from: "outside" })));
  const sombra = await sombraWith(
    outside.url,
    `  upstreams:
    crm: {url: "${outside.url}/base", reads: pass, authorization: "Bearer \${REAL_TOKEN}"}
  rules:
    - match: {upstream: crm, method: POST, path: "/contacts/*"}
      answer: {status: 201, body: {id: "{id}", contact: "{path:2}"}}
    - {match: {upstream: graph, path: "/*/*/messages"}, fault: 429}
`,
  );
  const asked = (target: string, method = "POST") => call(sombra.egressUrl, { method, target, body: "{}" });

  const created = await asked("/candidate/crm/contacts/42");
  expect([created.status, parsed(created.body)]).toEqual([201, { id: expect.stringMatching(/^held-/), contact: "42" }]);
  const limited = await asked("/candidate/graph/v23.0/1/messages");
  expect([limited.status, parsed(limited.body)]).toMatchObject([429, { error: { code: 131056 } }]);
  expect(outside.seen).toEqual([]);

  await call(sombra.egressUrl, { method: "GET", target: "/candidate/crm/contacts/42" });
  await asked("/legacy/crm/contacts/42");
  await asked("/legacy/graph/v23.0/1/messages");
  expect(outside.seen.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual([
    ["GET", "/base/contacts/42", "Bearer real"],
    ["POST", "/base/contacts/42", undefined],
    ["POST", "/v23.0/1/messages", undefined],
  ]);
  const unknown = await asked("/legacy/nowhere/x");
  expect([unknown.status, parsed(unknown.body)]).toMatchObject([
    404,
    { error: { message: expect.stringContaining('there are "graph", "lookaside", "crm"'), is_transient: false } },
  ]);
});

test("effects are declared on the egress port", async () => {
  const sombra = await sombraWith(await refusingUrl(), "  rules: []\n");
  const declare = createDeclare(`${sombra.egressUrl}/candidate`);
  expect(await declare({ exchange: "e1", kind: "canonical_event", name: "message.received", payload: {} })).toBe(true);
  expect(await declare({ kind: "no word", name: "x" })).toBe(false);
});

test("a Graph host is called over TLS by its own name, and not at all where nobody vouches for it", async () => {
  const certificate = fileURLToPath(new URL("../support/tls/localhost.cert.pem", import.meta.url));
  const key = readFileSync(fileURLToPath(new URL("../support/tls/localhost.key.pem", import.meta.url)));
  const seen: (string | undefined)[] = [];
  const server = createServer({ cert: readFileSync(certificate), key }, (request, response) => {
    seen.push(request.headers.authorization);
    response.end("over TLS");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  opened.add({
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const env = { SOMBRA_LEGACY_URL: await refusingUrl(), SOMBRA_GRAPH_URL: `https://localhost:${port}` };
  const asked = (sombra: Sombra) =>
    call(sombra.egressUrl, { target: "/legacy/graph/1/messages", headers: ["authorization", "Bearer a"], body: "{}" });

  expect((await asked(await opened.sombra(env))).status).toBe(502);
  expect(seen).toEqual([]);
  const trusting = await opened.sombra({ ...env, NODE_EXTRA_CA_CERTS: certificate });
  expect((await asked(trusting)).body.toString()).toBe("over TLS");
  expect(seen).toEqual(["Bearer a"]);
});
