import { expect, test } from "vitest";

import { FILE, LEGACY, load, wrong } from "./sample.ts";

const withFile = (content: string | Uint8Array) => wrong(LEGACY, { [FILE]: content });
const at = (line: number, column: number): string => `${FILE} line ${line}, column ${column}: `;

test.each([
  ["a tab", "log:\n\tlevel: info\n", 2, 1, "is indented by a tab, must be indented by spaces"],
  [
    "a key given twice",
    "drainMs: 1\nlog: {}\ndrainMs: 2\n",
    3,
    1,
    "is an option given before in the same map, must be given once",
  ],
  ["a second document", "drainMs: 1\n---\ndrainMs: 2\n", 2, 1, "begins another document, must be one document only"],
  ["an alias without anchor", "drainMs: *none\n", 1, 10, "is an alias without anchor, must have its anchor above it"],
  ["an alias of itself", "routes: &a [*a]\n", 1, 13, "is an alias of what it stands in, must be of something else"],
  ["a tag", "drainMs: !secret 1\n", 1, 10, "has a tag that is not known, must have none"],
  [
    "an open bracket",
    "log: {level: info\n",
    2,
    1,
    "is indented wrongly or not closed, must line up with its neighbours and have its closing bracket",
  ],
  [
    "an open quote",
    'environment: "x\n',
    2,
    1,
    "lacks a character, must have its closing quote, or a colon and a space after the key",
  ],
  ["a reserved character", "environment: @x\n", 1, 14, "begins with a character that YAML reserves, must be in quotes"],
  ["two keys on a line", "log: level: info\n", 1, 6, "has two keys on one line, must be one, or text in quotes"],
  [
    "an unknown escape",
    'environment: "\\q"\n',
    1,
    15,
    "is an escape that is not known, must be one of YAML's (a literal backslash is written twice)",
  ],
  ["a list as key", "? [a]\n: 1\n", 1, 3, "is a key that is not text, must be text"],
])("%s is told by line and column, once", (_what, content, line, column, text) => {
  expect(withFile(content)).toEqual([at(line, column) + text]);
});

test("nesting that no stack holds is refused", () => {
  expect(withFile("[".repeat(20_000))).toEqual([
    expect.stringMatching(/line 1, column \d+: is nested too deeply, must be as deep as the options are$/),
  ]);
});

test("aliases that multiply are refused before they are followed", () => {
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
  for (const [from, to] of ["ab", "bc", "cd", "de"])
    bomb.push(`${to}: &${to} [${Array(10).fill(`*${from}`).join(", ")}]`);
  expect(withFile(bomb.join("\n"))).toEqual([`${at(1, 1)}has aliases that multiply into too much, must have fewer`]);
});

test("a file that is not UTF-8 is refused", () => {
  expect(withFile(Buffer.from("environment: caf\u00e9\n", "latin1"))).toEqual([
    `${at(1, 1)}is not UTF-8, must be UTF-8`,
  ]);
});

test("a file that is too long is refused unread", () => {
  const [line] = withFile("#".repeat(1024 * 1024 + 1));
  expect(line).toMatch(/: is 1048577 bytes, must be at most 1048576 /);
});

test.each(["just text\n", "- a\n- b\n", "3\n"])("%j, which is no map, is refused without being shown", (content) => {
  expect(withFile(content)).toEqual([`${at(1, 1)}is no map, must be a map of options`]);
});

test.each([
  ["an empty file", ""],
  ["comments only", "# nothing\n"],
  ["an end marker", "---\n...\n"],
  ["maps that are left empty", "log:\nlegacy:\ncandidate:\n  breaker:\nroutes:\nflags:\negress: {graph: }\n"],
])("%s changes nothing", (_what, content) => {
  const { file, origins: _origins, ...config } = load(LEGACY, { [FILE]: content });
  const { file: none, origins: _none, dataDir: _dir, ...defaults } = load(LEGACY);
  expect(config).toMatchObject(defaults);
  expect([file, none]).toEqual([FILE, null]);
});

test("a byte order mark and Windows line ends are read, and places stay right", () => {
  expect(load(LEGACY, { [FILE]: "\ufeffdrainMs: 7\r\n" }).drainMs).toBe(7);
  expect(withFile("\ufefflog:\r\n  level: loud\r\n")).toEqual([
    expect.stringContaining("line 2, column 10: log.level"),
  ]);
});

test("an alias stands for its anchor, and its faults are told where they are written", () => {
  const routes = "routes:\n  - &a {name: a}\n  - {name: b, match: {path: /b}, flags: &f {enabled: B}}\n";
  expect(load(LEGACY, { [FILE]: routes }).routes.map(({ name }) => name)).toEqual(["b", "a"]);
  const shared = "legacy: &t {timeoutMs: -1}\ncandidate: *t\n";
  const place = at(1, 24);
  expect(withFile(shared)).toEqual([
    `${place}legacy.timeoutMs is -1, must be a whole number from 0 to 86400000`,
    `${place}candidate.timeoutMs is -1, must be a whole number from 1 to 86400000`,
  ]);
});

test("only the first thing that cannot be parsed is told, and every key that comes twice", () => {
  expect(
    withFile("log: {}\nlog: {}\nlegacy: {}\nlegacy: {}\n\tx: {\n  y: [\n").map((line) => line.split(":")[0]),
  ).toEqual([`${FILE} line 2, column 1`, `${FILE} line 4, column 1`, `${FILE} line 5, column 1`]);
});
