import { expect, test } from "vitest";

import { FILE, LEGACY, load, wrong } from "./sample.ts";

test.each([
  [{ SOMBRA_ADMIN_PORT: "8080" }, "SOMBRA_ADMIN_PORT: is 8080, must differ from SOMBRA_PORT"],
  [{ SOMBRA_EGRESS_PORT: "8081" }, "SOMBRA_EGRESS_PORT: is 8081, must differ from SOMBRA_ADMIN_PORT"],
  [
    { SOMBRA_EGRESS_HOST: "localhost", SOMBRA_EGRESS_PORT: "8081" },
    "SOMBRA_EGRESS_PORT: is 8081, must differ from SOMBRA_ADMIN_PORT",
  ],
])("%j is refused: planes do not share a port", (env, line) => {
  expect(wrong({ ...LEGACY, ...env })).toEqual([line]);
});

test("a port that is wrong is not told again as taken", () => {
  const [line, ...others] = wrong({ ...LEGACY, SOMBRA_PORT: "8082", SOMBRA_EGRESS_PORT: "8o82" });
  expect(line).toMatch(/^SOMBRA_EGRESS_PORT: is "8o82"/);
  expect(others).toEqual([]);
});

test("planes may share a number on different addresses, and all may pick a free port", () => {
  const apart = { SOMBRA_EGRESS_HOST: "127.0.0.2", SOMBRA_EGRESS_PORT: "8081" };
  expect(load({ ...LEGACY, ...apart }).egress.port).toBe(8081);
  const free = { SOMBRA_PORT: "0", SOMBRA_ADMIN_PORT: "0", SOMBRA_EGRESS_PORT: "0" };
  expect(load({ ...LEGACY, ...free }).admin.port).toBe(0);
});

test.each(["0.0.0.0", "::", "10.0.0.1", "sombra.internal"])("an admin port on %s needs a token", (host) => {
  const env = { ...LEGACY, SOMBRA_ADMIN_HOST: host };
  expect(wrong(env)).toEqual([
    `SOMBRA_ADMIN_TOKEN: is not set, must be set while SOMBRA_ADMIN_HOST is not loopback (it is "${host}"), or a file of tokens named by SOMBRA_ADMIN_TOKENS`,
  ]);
  expect(load({ ...env, SOMBRA_ADMIN_TOKEN: "t" }).admin.tokens).toHaveLength(1);
  const files = { "t.yaml": "- {name: ci, roles: [read], token: t}\n" };
  expect(load({ ...env, SOMBRA_ADMIN_TOKENS: "t.yaml" }, files).admin.tokens).toHaveLength(1);
});

test.each(["127.0.0.1", "127.8.8.8", "localhost", "::1", "::ffff:127.0.0.1"])(
  "an admin port on %s needs none",
  (host) => {
    expect(load({ ...LEGACY, SOMBRA_ADMIN_HOST: host }).admin.tokens).toEqual([]);
  },
);

test("a token that is wrong is not told again as missing", () => {
  expect(wrong({ ...LEGACY, SOMBRA_ADMIN_HOST: "::", SOMBRA_ADMIN_TOKEN: "a b" })).toHaveLength(1);
});

test("a file of tokens that is wrong is not told again as missing", () => {
  expect(wrong({ ...LEGACY, SOMBRA_ADMIN_HOST: "::", SOMBRA_ADMIN_TOKENS: "absent.yaml" })).toEqual([
    'SOMBRA_ADMIN_TOKENS: "absent.yaml" cannot be read (ENOENT), must be a readable file',
  ]);
});

test.each([
  ["SOMBRA_LEGACY_URL", "http://localhost:8080", "a handler: this is Sombra's own data port"],
  ["SOMBRA_LEGACY_URL", "http://0.0.0.0:8080", "a handler: this is Sombra's own data port"],
  ["SOMBRA_CANDIDATE_URL", "http://127.0.0.1:8081/x", "a handler: this is Sombra's own admin port"],
  ["SOMBRA_TWIN_URL", "http://127.0.0.1:8082", "a handler: this is Sombra's own egress port"],
  ["SOMBRA_GRAPH_URL", "http://127.0.0.1:8082/legacy/graph", "the Graph API: this is Sombra's own egress port"],
])("%s=%s is refused: it would go round in circles", (name, url, text) => {
  expect(wrong({ ...LEGACY, [name]: url })).toEqual([`${name}: is "${url}", must be ${text}`]);
});

test("a standard port counts as written out", () => {
  expect(wrong({ SOMBRA_LEGACY_URL: "http://localhost", SOMBRA_PORT: "80" })).toHaveLength(1);
});

test.each([
  ["http://10.0.0.1:8080", {}],
  ["http://legacy:8080", {}],
  ["http://127.0.0.2:8080", { SOMBRA_HOST: "127.0.0.1" }],
])("%s with %j is another machine or address", (url, env) => {
  expect(load({ SOMBRA_LEGACY_URL: url, ...env }).routes[0]?.legacy.url).toBe(url);
});

test.each([
  ["SOMBRA_CANDIDATE_URL", "legacy"],
  ["SOMBRA_TWIN_URL", "legacy"],
])("%s that is the %s address is refused", (name, side) => {
  expect(wrong({ ...LEGACY, [name]: "HTTP://127.0.0.1:3000/" })).toEqual([
    `${name}: is "http://127.0.0.1:3000", must differ from the ${side} address: no handler acts on the same message twice`,
  ]);
});

test("the same host under another base path is another handler", () => {
  const { routes } = load({ ...LEGACY, SOMBRA_CANDIDATE_URL: "http://127.0.0.1:3000/v2" });
  expect(routes[0]?.candidate?.url).toBe("http://127.0.0.1:3000/v2");
});

test("a graph address of the file is told where it stands", () => {
  expect(wrong(LEGACY, { [FILE]: 'egress: {graph: {url: "http://127.0.0.1:8082"}}' })).toEqual([
    `${FILE} line 1, column 23: egress.graph.url is "http://127.0.0.1:8082", must be the Graph API: this is Sombra's own egress port`,
  ]);
});

test("an address that several routes share is told once", () => {
  const routes = "routes: [{}, {name: a, match: {path: /a}, flags: {enabled: A}}]";
  expect(wrong({ SOMBRA_LEGACY_URL: "http://127.0.0.1:8080" }, { [FILE]: routes })).toHaveLength(1);
});
