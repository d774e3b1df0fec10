import { hash } from "node:crypto";

import { describe, expect, test } from "vitest";

import { FILE, LEGACY, load, UNCHECKED, wrong } from "./sample.ts";

const WHOLE_PORT = "must be a whole number from 0 to 65535";
const ADDRESS = "must be an http:// or https:// address without user name, password, query or fragment";
const HOST = "must be an IP address or a host name, without port";
const HIDDEN = "is text that may be private (not shown)";

const REDIS = (must: string): string => `is set (not shown), must be a Redis address, which must ${must}`;
const COLON = "have a colon before the password: redis://:PASSWORD@HOST or redis://USER:PASSWORD@HOST";

test.each([
  ["SOMBRA_PORT", "80a", `is "80a", ${WHOLE_PORT}`],
  ["SOMBRA_PORT", "65536", `is "65536", ${WHOLE_PORT}`],
  ["SOMBRA_ADMIN_PORT", "-1", `is "-1", ${WHOLE_PORT}`],
  ["SOMBRA_EGRESS_PORT", "80.5", `is "80.5", ${WHOLE_PORT}`],
  ["SOMBRA_HOST", "127.0.0.1:80", `is "127.0.0.1:80", ${HOST}`],
  ["SOMBRA_ADMIN_HOST", "256.0.0.1", `is "256.0.0.1", ${HOST}`],
  ["SOMBRA_EGRESS_HOST", "http://x", `is "http://x", ${HOST}`],
  ["SOMBRA_LEGACY_URL", "localhost:3000", `is "localhost:3000", ${ADDRESS}`],
  ["SOMBRA_LEGACY_URL", "ftp://legacy", `is "ftp://legacy", ${ADDRESS}`],
  ["SOMBRA_CANDIDATE_URL", "http://me:hunter2@new", `${HIDDEN}, ${ADDRESS}`],
  ["SOMBRA_TWIN_URL", "http://twin/?key=hunter2", `${HIDDEN}, ${ADDRESS}`],
  ["SOMBRA_GRAPH_URL", "https://graph#x", `${HIDDEN}, ${ADDRESS}`],
  ["SOMBRA_GRAPH_URL", "https://", `is "https://", ${ADDRESS}`],
  ["SOMBRA_LEGACY_URL", "http://legacy:0", `is "http://legacy:0", ${ADDRESS}`],
  ["SOMBRA_LEGACY_URL", "http:///legacy", `is "http:///legacy", ${ADDRESS}`],
  ["SOMBRA_LEGACY_URL", "http://a b", `is "http://a b", ${ADDRESS}`],
  ["SOMBRA_FORCE_LEGACY", "yes", 'is "yes", must be 0, 1, true or false'],
  ["SOMBRA_LOG_SHOPPER", "clear", 'is "clear", must be "hash" or "plain"'],
  ["SOMBRA_LOG_LEVEL", "trace", 'is "trace", must be "debug", "info", "warn", "error" or "silent"'],
  ["SOMBRA_ENVIRONMENT", "x".repeat(65), `is "${"x".repeat(60)}...", must be 1 to 64 printable ASCII characters`],
  [
    "WHATSAPP_PROVIDER",
    "Meta",
    'is "Meta", must be "meta", "twilio", "360dialog", "gupshup", "evolution", "zapi" or "simulated"',
  ],
  [
    "WHATSAPP_PROVIDER",
    "http",
    'is "http", must be "meta", "twilio", "360dialog", "gupshup", "evolution", "zapi" or "simulated"',
  ],
  [
    "SOMBRA_REDIS_URL",
    "redis://:hunter2@x:0",
    REDIS("name each host as HOST or HOST:PORT, with a port from 1 to 65535"),
  ],
  ["SOMBRA_REDIS_URL", "redis://hunter2@x", REDIS(COLON)],
  ["SOMBRA_REDIS_URL", "redis://x/hunter2", REDIS("name the database by a number from 0")],
  [
    "SOMBRA_REDIS_URL",
    "redis+sentinel://x/m?password=hunter2",
    REDIS("have no parameters but sentinel_username and sentinel_password of redis+sentinel://"),
  ],
  ["SOMBRA_ADMIN_TOKEN", "hunter 2", "is set (not shown), must be visible ASCII characters without spaces"],
  ["SOMBRA_APP_SECRET", "hunter2,,", "is set (not shown), must be secrets separated by commas, none of them empty"],
  [
    "SOMBRA_CANDIDATE_APP_SECRET",
    ",hunter2",
    "is set (not shown), must be secrets separated by commas, none of them empty",
  ],
  ...["hunter\u00002", "hunter2,"].map((keys) => [
    "SOMBRA_HASH_KEY",
    keys,
    "is set (not shown), must be keys without control characters, separated by commas, none of them empty",
  ]),
  ["SOMBRA_CONFIG", "absent.yaml", '"absent.yaml" cannot be read (ENOENT), must be a readable file'],
  ["SOMBRA_CONFIG", ".", '"." cannot be read (EISDIR), must be a readable file'],
])("%s=%s is refused", (name, value, text) => {
  const lines = wrong({ ...LEGACY, [name]: value });
  expect(lines).toEqual([`${name}: ${text}`]);
  expect(lines.join()).not.toContain("hunter");
});

test("the legacy address is required", () => {
  expect(wrong({})).toEqual(["SOMBRA_LEGACY_URL: is not set, must be the base URL of the legacy handler"]);
});

test("everything that is wrong is said at once, variables in order and before the file", () => {
  const env = { SOMBRA_PORT: "x", SOMBRA_LEGACY_URL: "y", SOMBRA_ADMIN_HOST: "0.0.0.0:1" };
  expect(wrong(env, { "config/sombra.yaml": "drain: 1\n" }).map((line) => line.split(":")[0])).toEqual([
    "SOMBRA_LEGACY_URL",
    "SOMBRA_PORT",
    "SOMBRA_ADMIN_HOST",
    "config/sombra.yaml line 1, column 1",
  ]);
});

test("an empty variable counts as not set", () => {
  const { candidate, admin } = both(load({ ...LEGACY, SOMBRA_CANDIDATE_URL: "", SOMBRA_ADMIN_TOKEN: " " }));
  expect([candidate, admin.tokens]).toEqual([null, []]);
});

test("every variable arrives where it is used", () => {
  const config = load({
    SOMBRA_LEGACY_URL: "http://LEGACY:80/hooks//",
    SOMBRA_CANDIDATE_URL: "https://new.example/base",
    SOMBRA_TWIN_URL: "http://[::1]:5000/",
    SOMBRA_HOST: "[::]",
    SOMBRA_PORT: "0",
    SOMBRA_ADMIN_HOST: "Admin.Local",
    SOMBRA_ADMIN_PORT: "1",
    SOMBRA_ADMIN_TOKEN: "t0ken",
    SOMBRA_EGRESS_HOST: "10.0.0.1",
    SOMBRA_EGRESS_PORT: "65535",
    SOMBRA_REDIS_URL: "rediss://:s3cret@redis:6380/2",
    SOMBRA_DATA_DIR: "/var/lib/sombra",
    SOMBRA_GRAPH_URL: "http://127.0.0.1:9000/graph",
    SOMBRA_APP_SECRET: "new, old",
    SOMBRA_CANDIDATE_APP_SECRET: "other",
    SOMBRA_HASH_KEY: "0123456789abcdef",
    SOMBRA_LOG_SHOPPER: "plain",
    SOMBRA_LOG_LEVEL: "debug",
    SOMBRA_ENVIRONMENT: "staging",
    SOMBRA_FORCE_LEGACY: "TRUE",
    SOMBRA_FORCE_OFF: "WHATSAPP_ROUTING_ENABLED",
    SOMBRA_ADMIN_URL: "not ours",
    WHATSAPP_PROVIDER: "360dialog",
  });
  const [route] = config.routes;
  expect(route?.legacy.url).toBe("http://legacy/hooks");
  expect(route?.candidate?.url).toBe("https://new.example/base");
  expect(route?.twin?.url).toBe("http://[::1]:5000");
  expect(route?.profile).toBe("360dialog");
  expect(config.data).toEqual({ host: "::", port: 0 });
  expect(config.admin).toEqual({
    host: "admin.local",
    port: 1,
    tokens: [{ name: "admin", roles: ["operate", "approve"], sha256: hash("sha256", "t0ken") }],
    tokensFile: null,
  });
  expect(config.redisUrl).toBe("rediss://:s3cret@redis:6380/2");
  expect(config.egress).toMatchObject({
    host: "10.0.0.1",
    port: 65_535,
    graphUrl: "http://127.0.0.1:9000/graph",
    simulated: false,
  });
  expect(config.dataDir).toBe("/var/lib/sombra");
  expect(config.appSecrets).toEqual({ legacy: ["new", "old"], candidate: ["other"] });
  expect(config.hashKey).toBe("0123456789abcdef");
  expect(config.log).toEqual({ level: "debug", shopper: "plain" });
  expect(config.environment).toBe("staging");
  expect(config.forceLegacy).toBe(true);
  expect(config.forceOff).toEqual(["WHATSAPP_ROUTING_ENABLED"]);
  expect(config.warnings).toEqual([]);
});

test("the candidate's app secrets are the app secrets where it has none of its own", () => {
  expect(load({ ...LEGACY, SOMBRA_APP_SECRET: "a,b" }).appSecrets.candidate).toEqual(["a", "b"]);
});

describe("without an app secret the start says", () => {
  const routes = (...profiles: readonly string[]): string =>
    `routes: [${profiles.map((profile, i) => `{name: r${i}, match: {path: /${i}}, profile: ${profile}, flags: {enabled: F${i}}}`).join(", ")}]`;
  const said = (text: string, env: Readonly<Record<string, string>> = {}) =>
    load({ ...LEGACY, ...env }, { [FILE]: text }).warnings;

  test("which routes are not checked", () => {
    const warning = 'SOMBRA_APP_SECRET is not set: deliveries are not checked (routes: "r0", "r2")';
    expect(said(routes("meta", "http", "360dialog"))).toEqual([warning]);
    expect(said(routes("simulated"))).toHaveLength(1);
  });

  test("nothing where no route is WhatsApp", () => {
    expect(said(routes("http"))).toEqual([]);
  });

  test("that one of the candidate alone has no effect", () => {
    expect(said(routes("meta"), { SOMBRA_CANDIDATE_APP_SECRET: "other" })).toEqual([
      expect.stringContaining("not checked"),
      "SOMBRA_CANDIDATE_APP_SECRET has no effect: what is not checked is not signed anew",
    ]);
  });
});

test.each([
  ["SOMBRA_CANDIATE_URL", '"SOMBRA_CANDIATE_URL" is not a variable of Sombra, did you mean "SOMBRA_CANDIDATE_URL"'],
  ["SOMBRA_XYZZY", '"SOMBRA_XYZZY" is not a variable of Sombra'],
])("%s, which nobody reads, is a warning", (name, warning) => {
  expect(load({ ...LEGACY, [name]: "1" }).warnings).toEqual([warning, UNCHECKED]);
});

test("what Kubernetes sets for a service named sombra is no port", () => {
  const config = load({
    ...LEGACY,
    SOMBRA_PORT: "tcp://10.0.0.1:8080",
    SOMBRA_PORT_8080_TCP_ADDR: "10.0.0.1",
    SOMBRA_SERVICE_HOST: "10.0.0.1",
    SOMBRA_SERVICE_PORT_HTTP: "8080",
  });
  expect(config.data.port).toBe(8080);
  expect(config.warnings).toEqual(["SOMBRA_PORT is ignored: Kubernetes sets it for a service of that name", UNCHECKED]);
});

test("a short hash key is a warning", () => {
  const { warnings } = load({ ...LEGACY, SOMBRA_HASH_KEY: "hunter2" });
  expect(warnings).toEqual([UNCHECKED, expect.stringMatching(/^SOMBRA_HASH_KEY is short/)]);
  expect(warnings.join()).not.toContain("hunter2");
});

function both(config: ReturnType<typeof load>) {
  return { candidate: config.routes[0]?.candidate, admin: config.admin };
}
