import { expect, test } from "vitest";

import { FILE, LEGACY, load, wrong } from "./sample.ts";

const ADDRESS = "must be an http:// or https:// address without user name, password, query or fragment";
const FLAG_KEY = 'must be 1 to 128 letters, digits, ".", "_" or "-", the first a letter or digit';
const EXTRACTOR = 'must be "whatsapp", "header:NAME", "query:NAME", "path:N" (counted from 1) or "json:/POINTER"';
const NOT_SHOWN = "is text that may be private (not shown)";

test.each([
  ["drainMs: soon", 1, 10, 'drainMs is "soon", must be a whole number from 0 to 600000'],
  ["drainMs:", 1, 9, "drainMs is empty, must be a whole number from 0 to 600000"],
  ["drainMs: 1.5", 1, 10, "drainMs is 1.5, must be a whole number from 0 to 600000"],
  ['drainMs: "1"', 1, 10, 'drainMs is "1", must be a whole number from 0 to 600000'],
  ["environment: 3", 1, 14, "environment is a number, must be 1 to 64 printable ASCII characters"],
  ["log: info", 1, 6, 'log is "info", must be a map of options'],
  ["log:\n  level: loud", 2, 10, 'log.level is "loud", must be "debug", "info", "warn", "error" or "silent"'],
  ["log: {shopper: [hash]}", 1, 16, 'log.shopper is a list, must be "hash" or "plain"'],
  ["memory: {bodyBytes: 0}", 1, 21, "memory.bodyBytes is 0, must be a whole number from 1 to 68719476736"],
  [
    "telemetry: {sampleCompared: 5}",
    1,
    29,
    'telemetry.sampleCompared is 5, must be a number from 0 to 1, or a percentage such as "5%"',
  ],
  [
    "telemetry: {traceUrl: 'https://jaeger.example/trace/'}",
    1,
    23,
    'telemetry.traceUrl is "https://jaeger.example/trace/", must be an http:// or https:// address with "{trace_id}" in it',
  ],
  [
    "telemetry: {sampleCompared: 5 percent}",
    1,
    29,
    'telemetry.sampleCompared is "5 percent", must be a number from 0 to 1, or a percentage such as "5%"',
  ],
  ["legacy: {keepAliveMs: -1}", 1, 23, "legacy.keepAliveMs is -1, must be a whole number from 0 to 600000"],
  ["candidate: {timeoutMs: 0}", 1, 24, "candidate.timeoutMs is 0, must be a whole number from 1 to 86400000"],
  [
    "candidate:\n  breaker: {failures: .inf}",
    2,
    23,
    "candidate.breaker.failures is Infinity, must be a whole number from 1 to 1000000",
  ],
  ["egress: {graph: {url: graph}}", 1, 23, `egress.graph.url is "graph", ${ADDRESS}`],
  ["routes: {}", 1, 9, "routes is a map, must be a list"],
  ["routes: []", 1, 9, "routes is a list, must be a list of at least one route"],
  ["routes:\n  - name: a b", 2, 11, 'routes[0].name is "a b", must be 1 to 64 letters, digits, ".", "_" or "-"'],
  [
    "routes:\n  - match: {path: hook}",
    2,
    19,
    'routes[0].match.path is "hook", must be a path that begins with "/", without wildcard, query or fragment',
  ],
  [
    "routes:\n  - match: {path: /hook/*}",
    2,
    19,
    'routes[0].match.path is "/hook/*", must be a path that begins with "/", without wildcard, query or fragment',
  ],
  [
    "routes:\n  - profile: z-api",
    2,
    14,
    'routes[0].profile is "z-api", must be "meta", "twilio", "360dialog", "gupshup", "evolution", "zapi", "simulated" or "http"',
  ],
  ["routes:\n  - legacy: http://u:p@x", 2, 13, `routes[0].legacy ${NOT_SHOWN}, ${ADDRESS}`],
  ["routes:\n  - candidate: [a]", 2, 16, `routes[0].candidate is a list, ${ADDRESS}`],
  ["routes:\n  - flags: {enabled: A B}", 2, 22, `routes[0].flags.enabled is "A B", ${FLAG_KEY}`],
  [
    "routes:\n  - maxBodyBytes: 4MiB",
    2,
    19,
    'routes[0].maxBodyBytes is "4MiB", must be a whole number from 1 to 1073741824',
  ],
  ["routes:\n  - fallback: always", 2, 15, 'routes[0].fallback is "always", must be "unreachable" or "never"'],
  ["routes:\n  - handshake: twin", 2, 16, 'routes[0].handshake is "twin", must be "legacy" or "candidate"'],
  ["routes:\n  - preserveHost: yes", 2, 19, 'routes[0].preserveHost is "yes", must be true or false'],
  [
    "routes:\n  - twinShare: 10",
    2,
    16,
    'routes[0].twinShare is 10, must be a number from 0 to 1, or a percentage such as "5%"',
  ],
  ["routes:\n  - legacyHeaders: 1", 2, 20, "routes[0].legacyHeaders is a number, must be true or false"],
  ["routes:\n  - compare: {values: true}", 2, 23, "routes[0].compare.values is true, must be a map of options"],
  [
    "routes:\n  - compare: {values: {retentionDays: 8}}",
    2,
    39,
    "routes[0].compare.values.retentionDays is 8, must be a whole number from 1 to 7",
  ],
  [
    "routes:\n  - compare: {values: {redact: ['(?=a)']}}",
    2,
    33,
    "routes[0].compare.values.redact[0] is text that may be private (not shown), must be an RE2 pattern, of moderate size and without (?=, (?! or \\1",
  ],
  ["routes:\n  - compare: {headers: [a b]}", 2, 25, 'routes[0].compare.headers[0] is "a b", must be a header name'],
  ["routes:\n  - versions: x", 2, 15, 'routes[0].versions is "x", must be a map of options'],
  ["routes:\n  - versions: {header: a b}", 2, 24, 'routes[0].versions.header is "a b", must be a header name'],
  [
    "routes:\n  - versions: {legacy: 1.0.0}",
    2,
    15,
    "routes[0].versions is a map, must be a map with header, or with legacy and candidate",
  ],
  [
    "routes:\n  - versions: {header: x-v, legacy: a, candidate: b}",
    2,
    15,
    "routes[0].versions is a map, must be a map with header, or with legacy and candidate",
  ],
  [
    'routes:\n  - versions: {legacy: "a b", candidate: b}',
    2,
    24,
    'routes[0].versions.legacy is "a b", must be 1 to 64 letters, digits, ".", "_", "+" or "-", the first a letter or digit',
  ],
  ["routes:\n  - shopper: [whatsapp, cookie:id]", 2, 25, `routes[0].shopper.from[1] is "cookie:id", ${EXTRACTOR}`],
  ["routes:\n  - shopper: {from: [path:0]}", 2, 22, `routes[0].shopper.from[0] is "path:0", ${EXTRACTOR}`],
  ["routes:\n  - shopper: [json:a]", 2, 15, `routes[0].shopper.from[0] is "json:a", ${EXTRACTOR}`],
  ['routes:\n  - shopper: ["5511999990000"]', 2, 15, `routes[0].shopper.from[0] ${NOT_SHOWN}, ${EXTRACTOR}`],
  ["routes:\n  - shopper: 5511999990000", 2, 14, "routes[0].shopper is a number, must be a map of options"],
  [
    "routes:\n  - shopper: {aliases: {5511999990000: 77}}",
    2,
    40,
    "routes[0].shopper.aliases has an entry that is not shown, must be text in quotes",
  ],
  ["routes:\n  - shopper: {aliases: x}", 2, 24, 'routes[0].shopper.aliases is "x", must be a map'],
  ["flags:\n  - env: A", 2, 5, `flags[0].key is missing, ${FLAG_KEY}`],
  ["flags:\n  - {key: A, default: on}", 2, 23, 'flags[0].default is "on", must be true or false'],
  ["flags:\n  - {key: A, bucketing: crc32}", 2, 25, 'flags[0].bucketing is "crc32", must be "murmur3" or "md5"'],
  [
    "flags:\n  - {key: A, env: A-B}",
    2,
    19,
    'flags[0].env is "A-B", must be the beginning of variable names: letters, digits and "_"',
  ],
  ["flags:\n  - {key: A, salt: a b}", 2, 20, 'flags[0].salt is "a b", must be 1 to 128 visible ASCII characters'],
])("%j is refused", (content, line, column, text) => {
  expect(wrong(LEGACY, { [FILE]: content })).toEqual([`${FILE} line ${line}, column ${column}: ${text}`]);
});

test.each([
  ["drain: 1", 1, 1, 'option "drain" is unknown, did you mean "drainMs"'],
  ["log:\n  levl: info", 2, 3, 'log: option "levl" is unknown, did you mean "level"'],
  ["log:\n  colour: true", 2, 3, 'log: option "colour" is unknown, must be "level" or "shopper"'],
  ["routes:\n  - {name: a, fallbak: never}", 2, 15, 'routes[0]: option "fallbak" is unknown, did you mean "fallback"'],
  [
    "routes:\n  - shopper: {5511999990000: ana}",
    2,
    15,
    'routes[0].shopper: option a name that may be private (not shown) is unknown, must be "from", "aliases" or "aliasFile"',
  ],
  ["log:\n  <<: {level: info}", 2, 3, 'log: option "<<" is a merge key, must be written out'],
  ["log:\n  __proto__: {level: info}", 2, 3, 'log: option "__proto__" is unknown, must be "level" or "shopper"'],
  ["log:\n  constructor: x", 2, 3, 'log: option "constructor" is unknown, must be "level" or "shopper"'],
])("%j has an option that does not exist", (content, line, column, text) => {
  expect(wrong(LEGACY, { [FILE]: content })).toEqual([`${FILE} line ${line}, column ${column}: ${text}`]);
});

test.each([["plans: []", "option"]])("%j is refused because it would have no effect yet", (content, where) => {
  const [line, ...others] = wrong(LEGACY, { [FILE]: content });
  expect(line).toContain(`: ${where} "`);
  expect(line).toMatch(/" is not available yet, must be left out$/);
  expect(others).toEqual([]);
});

test("all faults of a file are told, from top to bottom", () => {
  const content = "drainMs: -1\nroutes:\n  - legacy: x\n    bogus: 1\nlog: {level: loud}\n";
  expect(wrong(LEGACY, { [FILE]: content }).map((line) => line.split(":")[0])).toEqual([
    `${FILE} line 1, column 10`,
    `${FILE} line 3, column 13`,
    `${FILE} line 4, column 5`,
    `${FILE} line 5, column 14`,
  ]);
});

test("a file that SOMBRA_CONFIG names is called by that name", () => {
  expect(wrong({ ...LEGACY, SOMBRA_CONFIG: "my.yaml" }, { "my.yaml": "drainMs: x" })).toEqual([
    'my.yaml line 1, column 10: drainMs is "x", must be a whole number from 0 to 600000',
  ]);
});

test.each([
  ["0.05", 0.05],
  ["1", 1],
  ['"5%"', 0.05],
  ['"12.5 %"', 0.125],
])("the share %s is %d", (text, share) => {
  expect(load(LEGACY, { [FILE]: `telemetry: { sampleCompared: ${text} }\n` }).sampleCompared).toBe(share);
});
