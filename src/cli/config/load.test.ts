import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";

import { expect, test } from "vitest";

import { loadConfig } from "./load.ts";
import { FILE, LEGACY, load, UNCHECKED, wrong } from "./sample.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const files = {
  readFile: (path: string): Uint8Array => readFileSync(path),
  modeOf: (path: string): number => statSync(path).mode,
};

test("without a file every setting has the default that the contract names", () => {
  expect(loadConfig({ env: LEGACY, ...files, cwd: "/nowhere" })).toEqual({
    file: null,
    environment: "production",
    data: { host: "0.0.0.0", port: 8080 },
    admin: { host: "127.0.0.1", port: 8081, tokens: [], tokensFile: null },
    egress: {
      host: "127.0.0.1",
      port: 8082,
      graphUrl: "https://graph.facebook.com",
      simulated: false,
      upstreams: [
        { name: "graph", url: "https://graph.facebook.com", reads: "hold", authorization: null, timeoutMs: 60_000 },
        {
          name: "lookaside",
          url: "https://lookaside.fbsbx.com",
          reads: "hold",
          authorization: null,
          timeoutMs: 60_000,
        },
      ],
      rules: [],
    },
    redisUrl: null,
    sampleCompared: 0,
    traceUrl: null,
    dataDir: "/nowhere/data",
    appSecrets: { legacy: [], candidate: [] },
    hashKey: null,
    log: { level: "info", shopper: "hash" },
    forceLegacy: false,
    forceOff: [],
    reverseShadow: [],
    primary: "default",
    bodyBytes: 268_435_456,
    graceMs: 20_000,
    drainMs: 10_000,
    routes: [
      {
        name: "default",
        path: "/",
        profile: "meta",
        legacy: { url: "http://127.0.0.1:3000", timeoutMs: 0, keepAliveMs: 1_000 },
        candidate: null,
        twin: null,
        flags: {
          enabled: "WHATSAPP_CANONICAL_EVENTS_ENABLED",
          shadow: "WHATSAPP_CANONICAL_SHADOW_MODE",
          dualRun: "WHATSAPP_DUAL_RUN",
          reverseShadow: "WHATSAPP_REVERSE_SHADOW",
        },
        maxBodyBytes: 4_194_304,
        shadow: {
          concurrency: 64,
          queueItems: 1_000,
          queueBytes: 67_108_864,
          breaker: { failures: 10, openMs: 5_000 },
        },
        fallback: "unreachable",
        mixedBatch: "skip",
        settle: { quietMs: 1_000, maxMs: 30_000 },
        handshake: "legacy",
        preserveHost: false,
        address: { publicUrl: null, trustForwarded: false },
        legacyHeaders: false,
        shopper: { from: [{ kind: "profile" }], aliases: new Map() },
        compare: { headers: ["content-type", "location"], values: null },
        versions: null,
      },
    ],
    flags: [
      "WHATSAPP_CANONICAL_EVENTS_ENABLED",
      "WHATSAPP_CANONICAL_SHADOW_MODE",
      "WHATSAPP_DUAL_RUN",
      "WHATSAPP_REVERSE_SHADOW",
      "WHATSAPP_ROUTING_ENABLED",
      "WHATSAPP_GATEWAY_ENABLED",
    ].map((key) => ({
      key,
      description: "",
      env: null,
      alias: null,
      default: false,
      salt: null,
      bucketing: "murmur3",
    })),
    environmentFlags: [],
    rules: [],
    notifications: { publicUrl: null, atMinutes: 540, timeZone: "UTC", channels: [] },
    warnings: [UNCHECKED],
    origins: { SOMBRA_LEGACY_URL: "env", "routes.default.legacy": "env" },
    lines: {},
  });
});

test("config/sombra.yaml spells out the defaults", () => {
  const shipped = loadConfig({ env: LEGACY, ...files, cwd: ROOT });
  const bare = loadConfig({ env: { ...LEGACY, SOMBRA_DATA_DIR: shipped.dataDir }, ...files, cwd: "/nowhere" });
  expect({ ...shipped, file: null, origins: {}, lines: {} }).toEqual({ ...bare, origins: {}, lines: {} });
  expect(shipped.file).toBe(FILE);
});

test("config/sombra.yaml names every option there is", () => {
  const text = readFileSync(resolve(ROOT, FILE), "utf8");
  const [list = ""] = wrong(LEGACY, { [FILE]: "zzzzzzzz: 1" });
  const [route = ""] = wrong(LEGACY, { [FILE]: "routes: [{zzzzzzzzzzz: 1}]" });
  const [flag = ""] = wrong(LEGACY, { [FILE]: "flags: [{key: A, zzzzzzzzzzz: 1}]" });
  const options = [list, route, flag].flatMap((line) => [...line.matchAll(/"(\w+)"/g)].map(([, name = ""]) => name));
  expect(options.filter((name) => !name.startsWith("z")).length).toBeGreaterThan(25);
  for (const name of options.filter((option) => !option.startsWith("z"))) {
    expect(text).toMatch(new RegExp(`^[ #-]*${name}:`, "m"));
  }
});

test("the commented examples of config/sombra.yaml are right", () => {
  const text = readFileSync(resolve(ROOT, FILE), "utf8");
  const uncommented = text
    .replace(/^( *)# (profile|legacy|candidate|from): ?(\S.*)$/gm, "$1$2: $3")
    .replace(
      /^# {3}- key: [^]*?flags: \[\]/m,
      (flags) => `flags:\n${flags.replaceAll("#   ", "  ").replace("flags: []", "")}`,
    );
  const { routes, flags } = load({}, { [FILE]: uncommented });
  expect(routes[0]?.candidate?.url).toBe("http://127.0.0.1:4000");
  expect(routes[0]?.shopper.from).toEqual([{ kind: "profile" }, { kind: "header", name: "x-shopper-id" }]);
  expect(flags[0]).toMatchObject({ key: "f5tts_engine", env: "FEATURE_F5TTS" });
});

test("the file decides what the environment leaves open", () => {
  const config = load(LEGACY, {
    [FILE]: `
environment: staging
log: {level: warn, shopper: plain}
drainMs: 5
memory: {bodyBytes: 9000000}
egress: {graph: {url: "http://127.0.0.1:9000/"}}
legacy: {timeoutMs: 7, keepAliveMs: 8}
candidate: {timeoutMs: 9, keepAliveMs: 10, concurrency: 11, queueItems: 12, queueBytes: 13, breaker: {failures: 14, openMs: 15}}
routes:
  - {name: hooks, match: {path: /hooks/}, profile: 360dialog, candidate: "http://127.0.0.1:4000", maxBodyBytes: 16,
     fallback: never, handshake: candidate, preserveHost: true, publicUrl: "https://Shop.example:443/base/", trustForwarded: true, legacyHeaders: true, compare: {headers: [X-Id], values: {redact: ["name=[a-z]+"], retentionDays: 2}},
     versions: {header: X-App-Version}}
`,
  });
  expect(config).toMatchObject({ environment: "staging", log: { level: "warn", shopper: "plain" }, drainMs: 5 });
  expect(config).toMatchObject({ bodyBytes: 9_000_000, egress: { graphUrl: "http://127.0.0.1:9000" } });
  expect(config.routes).toMatchObject([
    {
      name: "hooks",
      path: "/hooks",
      profile: "360dialog",
      legacy: { timeoutMs: 7, keepAliveMs: 8 },
      candidate: { url: "http://127.0.0.1:4000", timeoutMs: 9, keepAliveMs: 10 },
      shadow: { concurrency: 11, queueItems: 12, queueBytes: 13, breaker: { failures: 14, openMs: 15 } },
      maxBodyBytes: 16,
      fallback: "never",
      handshake: "candidate",
      preserveHost: true,
      address: { publicUrl: "https://shop.example/base", trustForwarded: true },
      legacyHeaders: true,
      compare: { headers: ["x-id"], values: { redact: ["name=[a-z]+"], retentionDays: 2 } },
      versions: { header: "x-app-version" },
    },
  ]);
});

test("a variable wins over the file", () => {
  const env = {
    SOMBRA_LEGACY_URL: "http://env-legacy",
    SOMBRA_CANDIDATE_URL: "http://env-candidate",
    SOMBRA_GRAPH_URL: "http://env-graph",
    SOMBRA_ENVIRONMENT: "env",
    SOMBRA_LOG_LEVEL: "error",
    SOMBRA_LOG_SHOPPER: "hash",
    WHATSAPP_PROVIDER: "meta",
  };
  const file = `
environment: file
log: {level: debug, shopper: plain}
egress: {graph: {url: "http://file-graph"}}
routes: [{profile: 360dialog, legacy: "http://file-legacy", candidate: "http://file-candidate"}]
`;
  const config = load(env, { [FILE]: file });
  expect(config).toMatchObject({ environment: "env", log: { level: "error", shopper: "hash" } });
  expect(config.egress.graphUrl).toBe("http://env-graph");
  expect(config.routes[0]).toMatchObject({
    profile: "meta",
    legacy: { url: "http://env-legacy" },
    candidate: { url: "http://env-candidate" },
  });
  expect(config.warnings).toEqual([
    "SOMBRA_LEGACY_URL wins over routes[0].legacy of the file",
    "SOMBRA_CANDIDATE_URL wins over routes[0].candidate of the file",
    UNCHECKED,
  ]);
});

test("a configuration can be sent to another thread", () => {
  const config = load(LEGACY, { [FILE]: 'routes: [{shopper: {aliases: {"1": ana}}}]' });
  expect(structuredClone(config)).toEqual(config);
});
