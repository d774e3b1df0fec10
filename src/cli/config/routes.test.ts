import { expect, test } from "vitest";

import { FILE, LEGACY, load, wrong } from "./sample.ts";

const SIDES = { ...LEGACY, SOMBRA_CANDIDATE_URL: "http://127.0.0.1:4000" };

const withRoutes = (routes: string, env: Readonly<Record<string, string>> = SIDES) =>
  load(env, { [FILE]: `routes:\n${routes}` });
const wrongRoutes = (routes: string, env: Readonly<Record<string, string>> = SIDES) =>
  wrong(env, { [FILE]: `routes:\n${routes}` });
const at = (line: number, column: number): string => `${FILE} line ${line}, column ${column}: `;

test("routes come longest path first", () => {
  const { routes } = withRoutes(`
  - {name: all}
  - {name: a, match: {path: /a}, flags: {enabled: A}}
  - {name: ab, match: {path: /a/b/}, flags: {enabled: B}}
`);
  expect(routes.map(({ name, path }) => [name, path])).toEqual([
    ["ab", "/a/b"],
    ["a", "/a"],
    ["all", "/"],
  ]);
});

test("the first route has the flags of the contract, further ones those named after their own", () => {
  const { routes, flags } = withRoutes(`
  - {name: first, flags: {dualRun: MINE}}
  - {name: second, match: {path: /2}, flags: {enabled: PAY, shadow: PAY_DARK}}
`);
  expect(routes.map((route) => route.flags)).toEqual([
    { enabled: "PAY", shadow: "PAY_DARK", dualRun: "PAY_DUAL_RUN", reverseShadow: "PAY_REVERSE_SHADOW" },
    {
      enabled: "WHATSAPP_CANONICAL_EVENTS_ENABLED",
      shadow: "WHATSAPP_CANONICAL_SHADOW_MODE",
      dualRun: "MINE",
      reverseShadow: "WHATSAPP_REVERSE_SHADOW",
    },
  ]);
  const known = flags.map(({ key }) => key);
  expect(known).toEqual(expect.arrayContaining(["MINE", "PAY", "PAY_DARK", "PAY_DUAL_RUN", "WHATSAPP_DUAL_RUN"]));
  expect(new Set(known).size).toBe(known.length);
});

test("a route named default is the first one wherever it stands", () => {
  const { routes } = withRoutes(`
  - {name: pay, match: {path: /pay}, flags: {enabled: PAY}}
  - {name: default}
`);
  expect(routes.map(({ flags }) => flags.enabled)).toEqual(["PAY", "WHATSAPP_CANONICAL_EVENTS_ENABLED"]);
});

test("a further route takes the variables only where it names no legacy handler of its own", () => {
  const { routes } = withRoutes(`
  - {name: default}
  - {name: shares, match: {path: /aaa}, flags: {enabled: A}}
  - {name: own, match: {path: /bb}, flags: {enabled: B}, legacy: "http://own"}
  - {name: alone, match: {path: /c}, flags: {enabled: C}, candidate: null}
`);
  expect(routes.map(({ name, legacy, candidate }) => [name, legacy.url, candidate?.url])).toEqual([
    ["shares", "http://127.0.0.1:3000", "http://127.0.0.1:4000"],
    ["own", "http://own", undefined],
    ["alone", "http://127.0.0.1:3000", undefined],
    ["default", "http://127.0.0.1:3000", "http://127.0.0.1:4000"],
  ]);
});

test("WHATSAPP_PROVIDER is the profile of routes that name none, and never of one that is not WhatsApp", () => {
  const env = { ...SIDES, WHATSAPP_PROVIDER: "360dialog" };
  const { routes } = withRoutes(
    `
  - {name: default, profile: http}
  - {name: a, match: {path: /aa}, flags: {enabled: A}}
  - {name: b, match: {path: /b}, flags: {enabled: B}, profile: meta}
`,
    env,
  );
  expect(routes.map(({ profile }) => profile)).toEqual(["360dialog", "meta", "http"]);
});

test("WHATSAPP_PROVIDER=simulated is the profile of every WhatsApp route: nothing leaves", () => {
  const { routes, egress } = withRoutes(
    `
  - {name: default, profile: 360dialog}
  - {name: a, match: {path: /aa}, flags: {enabled: A}, profile: meta}
  - {name: b, match: {path: /b}, flags: {enabled: B}, profile: http}
`,
    { ...SIDES, WHATSAPP_PROVIDER: "simulated" },
  );
  expect(routes.map(({ profile }) => profile)).toEqual(["simulated", "http", "simulated"]);
  expect(egress.simulated).toBe(true);
});

test.each(["twilio", "gupshup", "evolution", "zapi"])("the start warns that sends of %s are not held", (provider) => {
  const routes = "  - {name: default}\n  - {name: b, match: {path: /b}, flags: {enabled: B}, profile: http}\n";
  const given = { WHATSAPP_PROVIDER: provider, SOMBRA_APP_SECRET: "secret" };
  const { warnings } = withRoutes(routes, { ...SIDES, ...given });
  expect(warnings).toEqual([
    expect.stringMatching(
      new RegExp(
        `^what the candidate of route "default" sends is NOT held: profile "${provider}" has an API of its own`,
      ),
    ),
  ]);
  expect(load({ ...LEGACY, ...given }).warnings).toEqual([]);
});

test.each(["meta", "360dialog", "simulated"])("sends of %s come by the egress: nothing to warn of", (provider) => {
  const env = { ...SIDES, WHATSAPP_PROVIDER: provider, SOMBRA_APP_SECRET: "secret" };
  expect(withRoutes("  - {name: default}\n", env).warnings).toEqual([]);
});

test("the start warns where no secret is there to check signatures with, of those that are signed only", () => {
  const routes =
    "  - {name: default}\n  - {name: b, match: {path: /b}, flags: {enabled: B}, profile: twilio}\n" +
    "  - {name: c, match: {path: /c}, flags: {enabled: C}, profile: zapi}\n";
  expect(withRoutes(routes, { ...LEGACY }).warnings).toEqual([
    'SOMBRA_APP_SECRET is not set: deliveries are not checked (routes: "b", "default")',
  ]);
});

test("one simulated route among real ones is refused: the egress cannot tell their calls apart", () => {
  const routes = "  - {name: default}\n  - {name: a, profile: simulated, match: {path: /a}, flags: {enabled: A}}\n";
  expect(wrongRoutes(routes)).toEqual([
    `${at(2, 5)}profile of route "default" is "meta", must be "simulated" on all WhatsApp routes or on none`,
  ]);
});

test.each([
  [
    "no name",
    "  - {}\n  - {match: {path: /a}, flags: {enabled: A}}",
    3,
    5,
    "routes[1].name is missing, must be the name of the route",
  ],
  [
    "no flag",
    "  - {}\n  - {name: a, match: {path: /a}}",
    3,
    5,
    "routes[1].flags.enabled is missing, must be the flag that switches this route",
  ],
  [
    "a name given twice",
    "  - {name: a}\n  - {name: a, match: {path: /a}, flags: {enabled: A}}",
    3,
    12,
    'name of a route is "a", must be given once',
  ],
  [
    "a path given twice",
    "  - {match: {path: /a}}\n  - {name: a, match: {path: /a/}, flags: {enabled: A}}",
    3,
    29,
    'path of route "a" is "/a", must be given once',
  ],
  [
    "the reserved name",
    "  - {name: unmatched}",
    2,
    12,
    'name of a route is "unmatched", must be another: this is what no route matches',
  ],
  [
    "a flag in two roles",
    "  - {flags: {shadow: A, dualRun: A}}",
    2,
    34,
    'flag "A" is `shadow` and `dualRun`, must be in one role only',
  ],
  [
    "the candidate as legacy",
    '  - {}\n  - {name: a, match: {path: /a}, flags: {enabled: A}, legacy: "http://x", candidate: "http://x/"}',
    3,
    86,
    'routes[1].candidate is "http://x", must differ from the legacy address: no handler acts on the same message twice',
  ],
  [
    "Sombra as a side",
    '  - {}\n  - {name: a, match: {path: /a}, flags: {enabled: A}, legacy: "http://127.0.0.1:8080/x"}',
    3,
    63,
    'routes[1].legacy is "http://127.0.0.1:8080/x", must be a handler: this is Sombra\'s own data port',
  ],
  [
    "bodies larger than memory",
    "  - {maxBodyBytes: 300000000}",
    2,
    20,
    'maxBodyBytes of route "default" is 300000000, must be at most memory.bodyBytes (268435456)',
  ],
])("%s is refused", (_what, routes, line, column, text) => {
  const found = wrongRoutes(routes);
  expect(found).toEqual([at(line, column) + text]);
});

test("a further route without any legacy address is refused where it stands", () => {
  const routes = '  - {legacy: "http://x"}\n  - {name: a, match: {path: /a}, flags: {enabled: A}}\n';
  expect(wrongRoutes(routes, {})).toEqual([
    `${at(3, 5)}routes[1].legacy is missing, must be the base URL of the legacy handler`,
  ]);
});

test("a legacy address that is wrong is not told again as missing", () => {
  expect(wrongRoutes("  - {}\n", { SOMBRA_LEGACY_URL: "x" })).toHaveLength(1);
});

test.each([
  ["twilio", true],
  ["meta", undefined],
])("plain text that answers %s is shown to the shopper: %s", (provider, shown) => {
  const { routes } = load({ ...LEGACY, WHATSAPP_PROVIDER: provider, SOMBRA_APP_SECRET: "secret" });
  expect(routes.map(({ compare }) => compare.textReplies)).toEqual([shown]);
});
