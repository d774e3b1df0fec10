/** `npm run build`: the sources of src as JavaScript in dist, for the package and the image. */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compiler, root } from "./gates.ts";
import { filesUnder, readModule, targetOf } from "./modules.ts";

/** The compiler renames imports; modules started by `new URL("./x.ts", import.meta.url)` are left to us. */
function renameEntries(file: string, text: string): string {
  return readModule(file, text)
    .references.filter(({ kind, specifier }) => kind === "entry" && specifier?.endsWith(".ts"))
    .reduce((renamed, { end }) => `${renamed.slice(0, end - 3)}js${renamed.slice(end - 1)}`, text);
}

/** References of a built module to files that are not there. */
function missing(file: string, text: string): readonly string[] {
  return readModule(file, text).references.flatMap(({ specifier }) => {
    const target = specifier === null ? null : targetOf(file, specifier);
    return target === null || existsSync(join(root, target)) ? [] : [`${file} needs ${target}, which is not there`];
  });
}

/** What pages load is sent as it is: the compiler does not touch it. */
function copyAssets(): readonly string[] {
  const files = filesUnder(root, "src", /\.(?:css|js)$/);
  for (const file of files) {
    const to = join(root, file.replace(/^src\//, "dist/"));
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(join(root, file), to);
  }
  return files.length === 0 ? ["There are no assets to copy"] : [];
}

function build(): readonly string[] {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  const { status } = spawnSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) return ["The compiler failed, its output is above"];
  const files = filesUnder(root, "dist", /\.js$/);
  if (files.length === 0) return ["The compiler wrote nothing"];
  const problems = files.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    const renamed = renameEntries(file, text);
    if (renamed !== text) writeFileSync(join(root, file), renamed);
    return missing(file, renamed);
  });
  problems.push(...copyAssets());
  chmodSync(join(root, "dist/cli/main.js"), 0o755);
  process.stdout.write(`dist: ${files.length} modules\n`);
  return problems;
}

const problems = build();
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
