import { existsSync, mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, sep } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { Plugin } from "rolldown";
import { root } from "../../scripts/gates.ts";
import { readModule, targetOf } from "../../scripts/modules.ts";

/** Sombra's program as it is in the repository. */
export const sourceProgram = join(root, "src/cli/main.ts");

/** The folder of what the processes of one run make; not set outside of vitest. */
const variable = "SOMBRA_TEST_PROGRAMS";

/** Modules that are not put together: what was stripped and compiled once need not be again, by any thread or process. */
const sourceCache = join(tmpdir(), `sombra-compile-cache-${process.getuid?.() ?? 0}`);

/** Where files are memory. */
const memory = "/dev/shm";
const enough = 4 * 1024 ** 3;

/** For vitest, before all tests: the folder goes when the last of them has ended. */
export function setup(): () => void {
  process.env["NODE_COMPILE_CACHE"] ??= sourceCache;
  // Hundreds of stores begin and end, each write of which waits for the disk.
  if (process.env["TMPDIR"] === undefined && freeIn(memory) >= enough) process.env["TMPDIR"] = memory;
  const folder = mkdtempSync(join(tmpdir(), "sombra-programs-"));
  process.env[variable] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Bytes; 0: there is no such folder. */
function freeIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

const askEveryMs = 50;

let made: Promise<string> | null = null;

/**
 * The same program with everything that its threads import put together, once for a run of tests. Finding, reading and
 * linking 2,000 modules takes two thirds of the CPU of a start, and the tests start it hundreds of times.
 */
export function program(): Promise<string> {
  const folder = process.env[variable];
  if (folder === undefined) return Promise.resolve(sourceProgram);
  return (made ??= bundledIn(folder));
}

/** By whichever of the processes that run tests comes first; the others wait for it. */
async function bundledIn(folder: string): Promise<string> {
  const [program, unfinished, lock] = [join(folder, "program"), join(folder, "unfinished"), join(folder, "lock")];
  const main = join(program, "main.mjs");
  while (!existsSync(main)) {
    if (!isTaken(lock)) {
      await delay(askEveryMs);
      continue;
    }
    try {
      await bundle(unfinished, program);
      renameSync(unfinished, program);
    } finally {
      rmdirSync(lock);
    }
  }
  return main;
}

function isTaken(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** What the first starts compile, the others need not. */
export const compileCache = (main: string): { readonly NODE_COMPILE_CACHE: string } => ({
  NODE_COMPILE_CACHE: main === sourceProgram ? sourceCache : join(main, "../compiled"),
});

/**
 * The program, and beside it each module that it starts as a thread or a process, with nothing shared between them: what one
 * thread compiles of a file that several have is cached for all of them, and is not what the others need.
 */
async function bundle(folder: string, finished: string): Promise<void> {
  const { rolldown } = await import("rolldown");
  const entries = new Entries(finished);
  for (const [file, name] of entries) {
    const build = await rolldown({
      input: join(root, file),
      platform: "node",
      plugins: [places(entries)],
      logLevel: "silent",
    });
    await build.write({
      dir: join(folder, dirname(name)),
      entryFileNames: basename(name),
      chunkFileNames: "[name]-[hash].mjs",
    });
    await build.close();
  }
}

/** Modules to be put together, and the files they become; those that are found on the way come last. */
class Entries implements Iterable<readonly [file: string, name: string]> {
  readonly #names = new Map([[relative(root, sourceProgram), "main.mjs"]]);
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Where it will be. */
  urlOf(file: string): string {
    const name = this.#names.get(file) ?? `${this.#names.size}/${basename(file, ".ts")}.mjs`;
    this.#names.set(file, name);
    return pathToFileURL(join(this.#folder, name)).href;
  }

  [Symbol.iterator](): Iterator<readonly [string, string]> {
    return this.#names[Symbol.iterator]();
  }
}

/** What a module says of its own place: what it starts is of the bundles, other files are where they were. */
const places = (entries: Entries): Plugin => ({
  name: "places",
  transform(text, id) {
    if (!id.startsWith(join(root, "src") + sep) || !text.includes("import.meta")) return null;
    const file = relative(root, id).split(sep).join("/");
    const started = readModule(file, text).references.filter(({ kind }) => kind === "entry");
    const code = started.reduceRight((before, { specifier, start, end }) => {
      const target = specifier?.endsWith(".ts") === true ? targetOf(file, specifier) : null;
      if (target === null) return before;
      return `${before.slice(0, start)}${JSON.stringify(entries.urlOf(target))}${before.slice(end)}`;
    }, text);
    const place = { url: pathToFileURL(id).href, filename: id, dirname: dirname(id) };
    let placed = code;
    for (const [name, value] of Object.entries(place)) {
      placed = placed.replaceAll(`import.meta.${name}`, JSON.stringify(value));
    }
    if (/import\.meta\./.test(placed)) throw new Error(`${file} asks for its place in a new way`);
    return { code: placed };
  },
});
