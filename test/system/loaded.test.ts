import { posix } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/gates.ts";
import { filesUnder, readModules } from "../../scripts/modules.ts";

const files = filesUnder(root, "src", /\.ts$/).filter((file) => !file.endsWith(".test.ts"));
const modules = new Map(readModules(root, files).map((module) => [module.file, module]));

/** Packages that a thread loads which begins with `file`. */
function packagesOf(file: string): ReadonlySet<string> {
  const packages = new Set<string>();
  const seen = new Set([file]);
  for (const each of seen) {
    for (const { specifier, kind, typeOnly } of modules.get(each)?.references ?? []) {
      if (specifier === null || kind === "entry" || typeOnly) continue;
      if (specifier.startsWith(".")) seen.add(posix.join(posix.dirname(each), specifier));
      else packages.add(specifier);
    }
  }
  return packages;
}

test("the client of Redis is loaded where the store is, and on no other thread", () => {
  expect(packagesOf("src/cli/serve/registry/registry.ts")).toContain("ioredis");
  for (const thread of ["serve", "control/control", "data/compute"]) {
    const packages = packagesOf(`src/cli/serve/${thread}.ts`);
    expect(packages.size).toBeGreaterThan(0);
    expect(packages).not.toContain("ioredis");
  }
});
