import { type Module, type Reference, targetOf } from "../../scripts/modules.ts";

/** What a folder of src may reach. */
export interface Folder {
  /** Folders whose doors it may import; `"*"`: all. */
  readonly imports: readonly string[] | "*";
  /** Folders whose ports it implements: it may import types, and nothing else, from their doors. */
  readonly ports?: readonly string[];
  /** npm packages it may import; `@scope/*` stands for a scope. */
  readonly packages?: readonly string[];
  /** false: no door, each file stands for itself. */
  readonly door?: false;
}

export interface Law {
  readonly folders: Readonly<Record<string, Folder>>;
  /** The one folder that may read the environment and end the process. */
  readonly rim: string;
  readonly maxLines: number;
}

const folderOf = (file: string): string => file.split("/")[1] ?? "";
const doorOf = (folder: string): string => `src/${folder}/index.ts`;

/** Every breach of the law, one sentence each; a law that was held against nothing is breached. */
export function breaches(modules: readonly Module[], law: Law): readonly string[] {
  if (modules.length === 0) return ["no module was checked"];
  const files = new Set(modules.map(({ file }) => file));
  return [
    ...Object.entries(law.folders).flatMap(([name, folder]) => folderBreaches(name, folder, modules)),
    ...modules.flatMap((module) => moduleBreaches(module, law)),
    ...modules.flatMap((module) =>
      module.references.flatMap((reference) =>
        referenceBreaches(module.file, reference, { law, files }).map((breach) => `${module.file} ${breach}`),
      ),
    ),
    ...cycles(modules).map((cycle) => `import cycle: ${cycle.join(" -> ")}`),
  ];
}

function folderBreaches(name: string, folder: Folder, modules: readonly Module[]): readonly string[] {
  const inside = modules.filter(({ file }) => folderOf(file) === name);
  if (inside.length === 0) return [`src/${name} is on the map and has no module`];
  if (folder.door === false) return [];
  const door = inside.find(({ file }) => file === doorOf(name));
  if (door === undefined) return [`src/${name} has no door, index.ts`];
  return door.opensWithComment ? [] : [`${door.file} does not open by saying what the folder is for`];
}

function moduleBreaches({ file, lines, traits }: Module, law: Law): readonly string[] {
  const found: string[] = [];
  const folder = folderOf(file);
  if (!Object.hasOwn(law.folders, folder)) found.push(`${file} is in a folder that is not on the map`);
  if (lines > law.maxLines) found.push(`${file} has ${lines} lines, more than ${law.maxLines}`);
  for (const trait of traits) {
    const isRimOnly = trait === "process.env" || trait === "process.exit";
    if (!isRimOnly || folder !== law.rim) found.push(`${file} uses ${trait}`);
  }
  return found;
}

interface World {
  readonly law: Law;
  readonly files: ReadonlySet<string>;
}

function referenceBreaches(file: string, reference: Reference, { law, files }: World): readonly string[] {
  const { specifier, kind } = reference;
  if (specifier === null) return ["names a module by something else than a literal"];
  const from = law.folders[folderOf(file)];
  const target = targetOf(file, specifier);
  if (target === null) return packageBreaches(specifier, from);
  if (target === "package.json" && folderOf(file) === law.rim) return [];
  if (!files.has(target)) return [`imports ${target}, which is no module of src`];
  const folder = folderOf(target);
  if (folder === folderOf(file)) return [];
  if (!mayReach(from, folder, reference)) return [`may not import ${target}`];
  const isDoor = target === doorOf(folder) || law.folders[folder]?.door === false;
  return isDoor || kind === "entry" ? [] : [`imports ${target} past the door of its folder`];
}

function mayReach(from: Folder | undefined, folder: string, { typeOnly }: Reference): boolean {
  if (from === undefined) return false;
  return from.imports === "*" || from.imports.includes(folder) || (typeOnly && from.ports?.includes(folder) === true);
}

function packageBreaches(specifier: string, from: Folder | undefined): readonly string[] {
  if (specifier.startsWith("node:")) return [];
  const [first = "", second = ""] = specifier.split("/");
  const name = first.startsWith("@") ? `${first}/${second}` : first;
  const allowed = from?.packages ?? [];
  return allowed.includes(name) || allowed.includes(`${first}/*`) ? [] : [`may not import the package ${name}`];
}

/** One cycle for each way back that a walk along the imports meets. */
function cycles(modules: readonly Module[]): readonly (readonly string[])[] {
  const imports = new Map(
    modules.map(({ file, references }) => [
      file,
      references.flatMap(({ kind, specifier }) =>
        kind === "import" && specifier !== null ? [targetOf(file, specifier) ?? []].flat() : [],
      ),
    ]),
  );
  const found: string[][] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start !== -1) found.push([...path.slice(start), file]);
    if (start !== -1 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) walk(file, []);
  return found;
}
