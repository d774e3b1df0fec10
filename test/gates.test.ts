import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { architectureGate, type Gate, type GateResult, root, runGate, sourceGates } from "../scripts/gates.ts";

// Every gate is run here as `npm run check` runs it, with the same tools and configuration, on a project of a few lines:
// green where nothing is wrong, red for one planted fault of its own kind, red where there is nothing to check.

const configuration = [
  ".oxfmtrc.json",
  ".oxlintrc.json",
  "knip.json",
  "tsconfig.json",
  "src/admin/ui/assets/tsconfig.json",
];
const architecture = [
  "vitest.config.ts",
  "scripts",
  "test/architecture.test.ts",
  "test/support/architecture.ts",
  "test/support/program.ts",
];

const tools = { oxfmt: "0.0.0", oxlint: "0.0.0", "oxlint-tsgolint": "0.0.0", vitest: "0.0.0" };
const manifest = (fields: object = {}): string =>
  `${JSON.stringify({ name: "canary", type: "module", devDependencies: tools, ...fields }, null, 2)}\n`;

const sound: Readonly<Record<string, string>> = {
  "package.json": manifest(),
  "src/lib/greet.ts": "export const greet = async (name: string): Promise<string> => `Hello ${name}`;\n",
  "src/cli/main.ts": 'import { greet } from "../lib/greet.ts";\n\nconsole.log(await greet("you"));\n',
  "src/admin/ui/assets/app.js": "export const language = document.documentElement.lang;\n",
  "bench/main.ts": "console.log(1);\n",
  "docker/demo/load.ts": "console.log(1);\n",
  "scripts/build.ts": "console.log(1);\n",
  "test/greet.test.ts":
    'import { expect, it } from "vitest";\nimport { greet } from "../src/lib/greet.ts";\n\n' +
    'it("greets", async () => expect(await greet("you")).toBe("Hello you"));\n',
};

const projects: string[] = [];

function project(files: Readonly<Record<string, string>>, copied: readonly string[] = configuration): string {
  const folder = mkdtempSync(join(tmpdir(), "sombra-gates-"));
  projects.push(folder);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const path of copied) cpSync(join(root, path), join(folder, path), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

afterEach(() => {
  for (const folder of projects.splice(0)) rmSync(folder, { recursive: true });
});

function gateNamed(name: string): Gate {
  const gate = [...sourceGates, architectureGate].find((each) => each.name === name);
  if (gate === undefined) throw new Error(`No gate is named "${name}"`);
  return gate;
}

const run = (name: string, folder: string): Promise<GateResult> => runGate(gateNamed(name), folder);

const faults: readonly (readonly [gate: string, fault: string, file: string, text: string, says: RegExp])[] = [
  ["format", "single quotes", "src/lib/extra.ts", "export const extra = 'x';\n", /src\/lib\/extra\.ts/],
  ["format", "a line over 120 columns", "src/lib/extra.ts", `export const extra = [${"1, ".repeat(40)}1];\n`, /extra/],
  ["lint", "any", "src/lib/extra.ts", "export const extra: any = 1;\n", /no-explicit-any/],
  ["lint", "!", "src/lib/extra.ts", "export const extra = [1].at(0)!;\n", /no-non-null-assertion/],
  ["lint", "a default export", "src/lib/extra.ts", "export default 1;\n", /no-default-export/],
  ["lint", "console outside the command line", "src/lib/extra.ts", "console.log(1);\n", /no-console/],
  [
    "lint",
    "a promise nobody waits for, seen by its type",
    "src/lib/extra.ts",
    'import { greet } from "./greet.ts";\n\ngreet("you");\n',
    /no-floating-promises/,
  ],
  [
    "lint",
    "a switch that forgets a member of a union, seen by its type",
    "src/lib/extra.ts",
    'export function extra(x: "a" | "b"): void {\n  switch (x) {\n    case "a":\n      break;\n  }\n}\n',
    /switch-exhaustiveness-check/,
  ],
  ["types", "a wrong type", "src/lib/extra.ts", 'export const extra: number = "x";\n', /extra\.ts.*TS2322/],
  ["types", "syntax that is not erasable", "src/lib/extra.ts", "export enum Extra {\n  A,\n}\n", /TS1294/],
  [
    "page types",
    "a wrong type in a comment",
    "src/admin/ui/assets/app.js",
    '/** @type {number} */\nexport const extra = "x";\n',
    /app\.js.*TS2322/,
  ],
  [
    "unused code",
    "an unused export",
    "src/lib/greet.ts",
    `${sound["src/lib/greet.ts"]}export const extra = 1;\n`,
    /extra/,
  ],
  ["unused code", "an unused file", "src/lib/extra.ts", "export {};\n", /Unused files/],
  [
    "unused code",
    "an unused dependency",
    "package.json",
    manifest({ dependencies: { zod: "1.0.0" } }),
    /Unused dependencies/,
  ],
  ["shipped code", "a file that only a test uses", "src/cli/main.ts", 'console.log("Hello");\n', /src\/lib\/greet\.ts/],
  [
    "unused code",
    "a dependency that is not declared",
    "src/lib/greet.ts",
    `import { parse } from "yaml";\n\nparse("");\n${sound["src/lib/greet.ts"]}`,
    /Unlisted dependencies/,
  ],
];

describe("a gate", () => {
  it.each(sourceGates)("$name is green for a sound project", { timeout: 30_000 }, async ({ name }) => {
    const { code, output } = await run(name, project(sound));
    expect(code, output).toBe(0);
  });

  // Not format, which checks the configuration files too, nor shipped code, which has the patterns of unused code.
  it.each(["lint", "types", "unused code"])(
    "%s is red for a project without sources",
    { timeout: 30_000 },
    async (name) => {
      const { code, output } = await run(name, project({ "package.json": manifest() }));
      expect(code, output).not.toBe(0);
    },
  );

  it.each(faults)("%s is red for %s", { timeout: 30_000 }, async (name, _fault, file, text, says) => {
    const { code, output } = await run(name, project({ ...sound, [file]: text }));
    expect(code, output).not.toBe(0);
    expect(output).toMatch(says);
  });

  it("architecture is red for an import against the map", { timeout: 30_000 }, async () => {
    const breach = { "src/lib/extra.ts": 'import "../cli/main.ts";\n' };
    const folder = project({ ...sound, ...breach }, [...configuration, ...architecture]);
    const { code, output } = await run("architecture", folder);
    expect(code, output).not.toBe(0);
    expect(output).toContain("src/lib/extra.ts may not import src/cli/main.ts");
  });
});
