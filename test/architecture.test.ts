import { describe, expect, it } from "vitest";
import { root } from "../scripts/gates.ts";
import { filesUnder, readModule, readModules } from "../scripts/modules.ts";
import { breaches, type Law } from "./support/architecture.ts";

/** The map of src: what each folder may import. What is not here is forbidden. */
const law: Law = {
  folders: {
    lib: { imports: [], door: false },
    model: { imports: ["lib"] },
    flags: { imports: ["lib", "model"], packages: ["zod"] },
    stats: { imports: ["lib"] },
    compare: { imports: ["lib", "model", "stats"], packages: ["deep-diff", "re2js", "saxes"] },
    identify: { imports: ["lib", "model"] },
    account: { imports: ["lib", "model", "stats"] },
    whatsapp: { imports: ["lib", "model", "identify"] },
    http: { imports: ["lib", "model"], packages: ["undici"] },
    effects: { imports: ["lib", "model", "http", "account"] },
    proxy: { imports: ["lib", "model", "flags", "http", "account"] },
    mirror: { imports: ["lib", "model", "flags", "compare", "http", "account"], ports: ["proxy"] },
    exchanges: { imports: ["lib", "model"] },
    report: { imports: ["lib", "model", "rollout"], ports: ["account", "registry"], packages: ["zod"] },
    registry: { imports: ["lib", "model", "flags"], packages: ["zod"] },
    rollout: { imports: ["lib", "model", "flags", "stats", "account"], packages: ["zod"] },
    notify: { imports: ["lib", "model", "report", "rollout"], packages: ["nodemailer", "zod"] },
    simulate: { imports: ["lib", "model", "flags", "stats", "account", "rollout"] },
    store: {
      imports: ["lib", "model", "flags", "registry", "account"],
      ports: ["rollout", "notify"],
      packages: ["ioredis", "zod"],
    },
    admin: {
      imports: ["lib", "model", "account", "flags", "rollout", "report"],
      ports: ["registry", "simulate"],
      packages: ["hono", "@hono/node-server", "htmx.org", "uplot"],
    },
    telemetry: { imports: ["lib", "model", "account"], packages: ["@opentelemetry/*"] },
    demo: {
      imports: ["lib", "model", "whatsapp"],
      packages: ["@chat-adapter/state-memory", "@chat-adapter/whatsapp", "chat", "whatsapp-api-js"],
    },
    cli: { imports: "*", packages: ["papaparse", "yaml", "zod"], door: false },
  },
  rim: "cli",
  maxLines: 300,
};

/** Tests and their samples are not shipped, and reach what they like; nothing of src may import them. */
const isTest = (file: string): boolean => /(\.test|\/sample)\.ts$/.test(file);

describe("src", () => {
  it("keeps to the map", () => {
    const files = filesUnder(root, "src", /\.ts$/).filter((file) => !isTest(file));
    expect(breaches(readModules(root, files), law)).toEqual([]);
  }, 60_000);
});

describe("the law", () => {
  const small: Law = {
    folders: {
      lib: { imports: [], door: false },
      core: { imports: ["lib"], packages: ["good", "@good/*"] },
      shadow: { imports: [], ports: ["core"] },
      rim: { imports: "*" },
    },
    rim: "rim",
    maxLines: 12,
  };
  const sound: Readonly<Record<string, string>> = {
    "src/lib/clock.ts": "export const clock = 1;",
    "src/core/index.ts":
      'import { readFile } from "node:fs/promises";\nexport { decide } from "./decide.ts";\nvoid readFile;',
    "src/core/decide.ts":
      'import { clock } from "../lib/clock.ts";\nimport a from "good/sub";\nimport b from "@good/any";\nexport const decide = [clock, a, b];',
    "src/core/worker.ts": "export {};",
    "src/shadow/index.ts": 'import type { decide } from "../core/index.ts";',
    "src/rim/index.ts":
      'import { decide } from "../core/index.ts";\nnew Worker(new URL("../core/worker.ts", import.meta.url));\nprocess.exit(process.env.X ? 0 : decide.length);',
  };
  const comment = "/** What it is for. */\n";
  const judge = (changed: Readonly<Record<string, string>>): readonly string[] =>
    breaches(
      Object.entries({ ...sound, ...changed }).map(([file, text]) =>
        readModule(file, file.endsWith("index.ts") ? comment + text : text),
      ),
      small,
    );

  it("holds for a sound tree", () => {
    expect(judge({})).toEqual([]);
  });

  it("is breached by an empty tree", () => {
    expect(breaches([], small)).toEqual(["no module was checked"]);
  });

  const inDecide = (text: string): Readonly<Record<string, string>> => ({
    "src/core/decide.ts": `export const decide = [];\n${text}`,
  });

  it.each([
    [
      "a folder that is not on the map",
      { "src/new/index.ts": "" },
      "src/new/index.ts is in a folder that is not on the map",
    ],
    ["a file outside all folders", { "src/stray.ts": "" }, "src/stray.ts is in a folder that is not on the map"],
    [
      "an import against the map",
      { "src/lib/clock.ts": 'import "../core/index.ts";' },
      "src/lib/clock.ts may not import src/core/index.ts",
    ],
    [
      "a type import against the map",
      { "src/lib/clock.ts": 'import type { X } from "../core/index.ts";' },
      "src/lib/clock.ts may not import src/core/index.ts",
    ],
    [
      "a type query against the map",
      { "src/lib/clock.ts": 'type X = import("../core/index.ts").X;' },
      "src/lib/clock.ts may not import src/core/index.ts",
    ],
    [
      "an export from against the map",
      { "src/lib/clock.ts": 'export { decide } from "../core/index.ts";' },
      "src/lib/clock.ts may not import src/core/index.ts",
    ],
    [
      "more than types from a folder whose ports are implemented",
      { "src/shadow/index.ts": 'import { type A, b } from "../core/index.ts";' },
      "src/shadow/index.ts may not import src/core/index.ts",
    ],
    [
      "a dynamic import against the map",
      inDecide('void import("../rim/index.ts");'),
      "src/core/decide.ts may not import src/rim/index.ts",
    ],
    [
      "a worker against the map",
      inDecide('new URL("../rim/index.ts", import.meta.url);'),
      "src/core/decide.ts may not import src/rim/index.ts",
    ],
    [
      "an import that cannot be read",
      inDecide("void import(decide[0]);"),
      "src/core/decide.ts names a module by something else than a literal",
    ],
    [
      "an import past a door",
      { "src/rim/past.ts": 'import "../core/decide.ts";' },
      "src/rim/past.ts imports src/core/decide.ts past the door of its folder",
    ],
    [
      "an import from outside src",
      inDecide('import "../../test/x.ts";'),
      "src/core/decide.ts imports test/x.ts, which is no module of src",
    ],
    [
      "an import of a test",
      inDecide('import "./decide.test.ts";'),
      "src/core/decide.ts imports src/core/decide.test.ts, which is no module of src",
    ],
    [
      "a package that is not on the map",
      inDecide('import "@bad/any/sub";'),
      "src/core/decide.ts may not import the package @bad/any",
    ],
    ["a default export", inDecide("export default 1;"), "src/core/decide.ts uses export default"],
    ["a default export by name", inDecide("export { decide as default };"), "src/core/decide.ts uses export default"],
    ["a star export", inDecide('export * from "good";'), "src/core/decide.ts uses export *"],
    ["the environment", inDecide("void process.env.X;"), "src/core/decide.ts uses process.env"],
    [
      "the environment by import",
      inDecide('import { env } from "node:process";'),
      "src/core/decide.ts uses process.env",
    ],
    [
      "the environment by destructuring",
      inDecide("const { env } = globalThis.process;"),
      "src/core/decide.ts uses process.env",
    ],
    ["an exit", inDecide('process["exit"](1);'), "src/core/decide.ts uses process.exit"],
    ["a long file", inDecide("\n".repeat(12)), "src/core/decide.ts has 13 lines, more than 12"],
  ])("is breached by %s", (_what, changed, breach) => {
    expect(judge(changed)).toContain(breach);
  });

  it("is breached by a folder without a door, without a comment at its door, and without modules", () => {
    const modules = [readModule("src/core/decide.ts", "export {};"), readModule("src/rim/index.ts", "export {};")];
    expect(breaches(modules, small)).toEqual([
      "src/lib is on the map and has no module",
      "src/core has no door, index.ts",
      "src/shadow is on the map and has no module",
      "src/rim/index.ts does not open by saying what the folder is for",
    ]);
  });

  it("is breached by a cycle, types included", () => {
    const cycle = judge({
      "src/core/worker.ts": 'import type { A } from "./decide.ts";',
      ...inDecide('import "./worker.ts";'),
    });
    expect(cycle).toEqual(["import cycle: src/core/decide.ts -> src/core/worker.ts -> src/core/decide.ts"]);
  });
});
