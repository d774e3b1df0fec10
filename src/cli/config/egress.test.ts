import { expect, test } from "vitest";

import { describe } from "./describe.ts";
import { FILE, LEGACY, load, wrong } from "./sample.ts";

const egress = (yaml: string, env: Readonly<Record<string, string>> = {}) =>
  load({ ...LEGACY, ...env }, { [FILE]: `egress:\n${yaml}` }).egress;
const problems = (yaml: string, env: Readonly<Record<string, string>> = {}) =>
  wrong({ ...LEGACY, ...env }, { [FILE]: `egress:\n${yaml}` });

test("upstreams are known by name, the Graph API and its media host always", () => {
  const { upstreams } = egress(
    "  graph: {reads: pass, timeoutMs: 0}\n  upstreams:\n    crm: {url: 'https://crm.example/api/', reads: pass}\n",
    { SOMBRA_GRAPH_URL: "http://127.0.0.1:9000" },
  );
  expect(upstreams).toEqual([
    { name: "graph", url: "http://127.0.0.1:9000", reads: "pass", authorization: null, timeoutMs: 0 },
    { name: "lookaside", url: "https://lookaside.fbsbx.com", reads: "hold", authorization: null, timeoutMs: 0 },
    { name: "crm", url: "https://crm.example/api", reads: "pass", authorization: null, timeoutMs: 60_000 },
  ]);
});

test("the media host may be another", () => {
  const { upstreams } = egress("  upstreams: {lookaside: {url: 'http://127.0.0.1:9001'}}\n");
  expect(upstreams.filter(({ name }) => name === "lookaside")).toMatchObject([{ url: "http://127.0.0.1:9001" }]);
});

test("a token is taken from a variable, and never shown", () => {
  const yaml = '  graph: {authorization: "Bearer ${TOKEN_A}"}\n';
  expect(egress(yaml, { TOKEN_A: "secret-token" }).upstreams[0]?.authorization).toBe("Bearer secret-token");
  const settings = describe(load({ ...LEGACY, TOKEN_A: "secret-token" }, { [FILE]: `egress:\n${yaml}` }));
  expect(settings).toContainEqual({ name: "egress.graph.authorization", value: "set", from: "file" });
  expect(settings).toContainEqual({
    name: "egress.upstreams.lookaside.authorization",
    value: "not set",
    from: "default",
  });
  expect(JSON.stringify(settings)).not.toContain("secret-token");
  expect(problems(yaml)).toEqual([
    `${FILE} line 2, column 26: egress.graph.authorization names the variable "TOKEN_A", which must be set`,
  ]);
  expect(problems('  graph: {authorization: "hidden\\nvalue"}\n')).toEqual([
    `${FILE} line 2, column 26: egress.graph.authorization is not shown, must be visible ASCII characters`,
  ]);
});

test("rules have defaults for all that they leave out", () => {
  const { rules } = egress(
    "  rules:\n    - {match: {path: '/a/*/**'}, classify: read}\n    - {match: {upstream: graph, method: POST}, fault: 429}\n    - {match: {}, answer: {headers: {X-A: b}, body: {id: '{id}', n: ['{path:2}', '{body:x}', '{x}']}}}\n",
  );
  expect(rules).toEqual([
    {
      match: { upstream: null, method: null, path: "/a/*/**" },
      classify: "read",
      answer: null,
      fault: null,
      release: false,
    },
    {
      match: { upstream: "graph", method: "POST", path: "/**" },
      classify: null,
      answer: null,
      fault: 429,
      release: false,
    },
    {
      match: { upstream: null, method: null, path: "/**" },
      classify: null,
      answer: { status: 200, headers: ["X-A", "b"], body: { id: "{id}", n: ["{path:2}", "{body:x}", "{x}"] } },
      fault: null,
      release: false,
    },
  ]);
});

test.each([
  ["  upstreams: {CRM: {url: 'http://a'}}", "must be named by lower-case letters"],
  ["  upstreams: {graph: {url: 'http://a'}}", "must be named otherwise: this one is egress.graph"],
  ["  upstreams: {crm: {}}", "egress.upstreams.crm.url is missing"],
  ["  upstreams: {crm: {url: 'http://127.0.0.1:8082'}}", "must be an API outside: this is Sombra's own egress port"],
  ["  upstreams: [crm]", "must be a map of upstreams by name"],
  ["  graph: {reads: yes please}", 'must be "hold" or "pass"'],
  ["  rules: [{match: {upstream: nobody}, fault: 500}]", 'match.upstream is "nobody", must be "graph" or "lookaside"'],
  ["  rules: [{match: {path: '/a*'}, fault: 500}]", 'a segment may be "*", the last one "**"'],
  ["  rules: [{match: {path: '/**/a'}, fault: 500}]", 'a segment may be "*", the last one "**"'],
  ["  rules: [{match: {}, fault: 418}]", "must be 429, 500 or hang"],
  ["  rules: [{match: {}}]", "must be a rule that says classify, answer, fault or release"],
  ["  rules: [{match: {}, fault: 500, answer: {}}]", "must be a rule with an answer or a fault, not both"],
  ["  rules: [{match: {}, answer: {body: '{path:0}'}}]", "must be JSON whose places are"],
  [
    "  rules: [{match: {}, answer: {headers: {Content-Length: '3'}}}]",
    "must be a header field that is not about framing",
  ],
  [
    "  rules: [{match: {upstream: graph}, release: true}]",
    "must be a rule that names the upstream to which it releases",
  ],
  ["  rules: [{match: {}, release: true}]", "must be a rule that names the upstream to which it releases"],
  [
    "  upstreams: {crm: {url: 'http://a'}}\n  rules: [{match: {upstream: crm}, classify: send, release: true}]",
    "must be a rule that releases no send",
  ],
  [
    "  upstreams: {crm: {url: 'http://a'}}\n  rules: [{match: {upstream: crm}, fault: 500, release: true}]",
    "must be a rule with release, or with an answer or a fault",
  ],
  [
    "  upstreams: {own: {url: 'https://graph.facebook.com/v23.0'}}\n  rules: [{match: {upstream: own}, release: true}]",
    "must be another: this is the Graph API",
  ],
  [
    "  graph: {url: 'http://mock:1'}\n  upstreams: {own: {url: 'http://mock:1/x'}}\n  rules: [{match: {upstream: own}, release: true}]",
    "must be another: this is the Graph API",
  ],
  ["  rules: [{match: {method: post}, fault: 500}]", "must be a method in capitals"],
])("%s is refused", (yaml, text) => {
  expect(problems(`${yaml}\n`)).toEqual([expect.stringContaining(text)]);
});
