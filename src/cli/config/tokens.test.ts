import { hash } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { loadConfig } from "./load.ts";
import { FILE, LEGACY, load, UNCHECKED, wrong } from "./sample.ts";

const NAMED = { ...LEGACY, SOMBRA_ADMIN_TOKENS: "tokens.yaml" };
const sha256 = (text: string): string => hash("sha256", text);
const refusals = (content: string, env: Readonly<Record<string, string>> = NAMED): readonly string[] =>
  wrong(env, { "tokens.yaml": content }).map((line) => line.replace(/^tokens\.yaml line (\d+), column (\d+)/, "$1:$2"));

test("a file says who may do what, and is as good as the variable beside it", () => {
  const content = `
- name: dashboard
  roles: [read]
  token: d4sh
- {name: on-call, roles: [operate, approve, operate], sha256: ${sha256("0ncall").toUpperCase()}}
`;
  const { admin } = load({ ...NAMED, SOMBRA_ADMIN_TOKEN: "t" }, { "tokens.yaml": content });
  expect(admin.tokensFile).toBe("tokens.yaml");
  expect(admin.tokens).toEqual([
    { name: "admin", roles: ["operate", "approve"], sha256: sha256("t") },
    { name: "dashboard", roles: ["read"], sha256: sha256("d4sh") },
    { name: "on-call", roles: ["operate", "approve"], sha256: sha256("0ncall") },
  ]);
});

test("the settings file names it from its own folder, and the variable wins", () => {
  const files = {
    [FILE]: "admin: {tokens: more/a.yaml}\n",
    "config/more/a.yaml": "- {name: a, roles: [read], token: a}\n",
    "tokens.yaml": "- {name: b, roles: [read], token: b}\n",
  };
  expect(load(LEGACY, files).admin.tokens.map(({ name }) => name)).toEqual(["a"]);
  expect(load(NAMED, files).admin.tokens.map(({ name }) => name)).toEqual(["b"]);
});

test("a file that the settings file names and that is not there is told where it is named", () => {
  expect(wrong(LEGACY, { [FILE]: "admin:\n  tokens: a.yaml\n" })).toEqual([
    `${FILE} line 2, column 11: admin.tokens "a.yaml" cannot be read (ENOENT), must be a readable file`,
  ]);
});

test.each([
  ["a text", "hunter2\n", "1:1: is no list, must be a list of tokens"],
  ["a map", "ci: hunter2\n", "1:1: is no list, must be a list of tokens"],
  ["nothing", "", "1:1: is no list, must be a list of tokens"],
  ["an empty list", "[]\n", "1:1: is no list, must be a list of at least one token"],
  ["an entry that is a text", "- hunter2\n", "1:3: [0] is not shown, must be a map of options"],
  ["no name", "- {roles: [read], token: hunter2}\n", "1:3: [0].name is missing, must be 1 to 64 letters"],
  ["no roles", "- {name: ci, token: hunter2}\n", "1:3: [0].roles is missing, must be a list"],
  [
    "no role",
    "- {name: ci, roles: [], token: hunter2}\n",
    "1:21: [0].roles is a list, must be a list of at least one role",
  ],
  [
    "an unknown role",
    "- {name: ci, roles: [read, write], token: hunter2}\n",
    '1:28: [0].roles[1] is "write", must be "read", "operate" or "approve"',
  ],
  [
    "an unknown option",
    "- {name: ci, roles: [read], hunter2: x}\n",
    '1:29: [0]: option is unknown (not shown), must be "name", "roles", "token" or "sha256"',
  ],
  [
    "a number",
    "- {name: ci, roles: [read], token: 12345678}\n",
    "1:36: [0].token is not shown, must be text in quotes",
  ],
  ["a space", "- {name: ci, roles: [read], token: hunter 2}\n", "1:36: [0].token is not shown, must be visible ASCII"],
  ["a short hash", "- {name: ci, roles: [read], sha256: hunter2}\n", "1:37: [0].sha256 is not shown, must be 64 hex"],
  ["no token", "- {name: ci, roles: [read]}\n", "1:3: [0] has neither token nor sha256, must have one of them"],
  [
    "both",
    `- {name: ci, roles: [read], token: hunter2, sha256: ${sha256("hunter2")}}\n`,
    "1:3: [0] has both token and sha256, must have one of them",
  ],
  [
    "a name twice",
    "- {name: ci, roles: [read], token: a}\n- {name: ci, roles: [read], token: hunter2}\n",
    '2:10: [1].name is "ci", must be given once',
  ],
  [
    "a token twice",
    `- {name: a, roles: [read], token: hunter2}\n- {name: b, roles: [read], sha256: ${sha256("hunter2")}}\n`,
    '2:36: [1].sha256 is that of "a" as well, must be another',
  ],
])("%s is refused by line and column, and no token is shown", (_what, content, text) => {
  const lines = refusals(content);
  expect(lines).toEqual([expect.stringContaining(text)]);
  expect(lines.join()).not.toContain("hunter2");
});

test("the variable's name and token are taken", () => {
  const env = { ...NAMED, SOMBRA_ADMIN_TOKEN: "hunter2" };
  expect(refusals("- {name: admin, roles: [read], token: hunter2}\n", env)).toEqual([
    '1:10: [0].name is "admin", must be given once (SOMBRA_ADMIN_TOKEN has it)',
    '1:39: [0].token is that of "admin" as well, must be another',
  ]);
});

test.each([
  [0o600, []],
  [0o400, []],
  [0o640, ['The file of tokens "tokens.yaml" is open to others than its owner (mode ..40): chmod 600 closes it']],
  [0o604, ['The file of tokens "tokens.yaml" is open to others than its owner (mode ..04): chmod 600 closes it']],
])("a file of mode %o is warned of where others may read it", (mode, warnings) => {
  const cwd = mkdtempSync(join(tmpdir(), "sombra-tokens-"));
  try {
    writeFileSync(join(cwd, "tokens.yaml"), "- {name: ci, roles: [read], token: t}\n");
    chmodSync(join(cwd, "tokens.yaml"), mode);
    const readFile = (path: string): Uint8Array => readFileSync(path);
    const modeOf = (path: string): number => statSync(path).mode;
    expect(loadConfig({ env: NAMED, readFile, modeOf, cwd }).warnings).toEqual([...warnings, UNCHECKED]);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});
