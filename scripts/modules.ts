import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import { type Node, parseSync, Visitor } from "oxc-parser";

/** A place where a module names another one. */
export interface Reference {
  /** null: not a literal, so nobody can say which module it is. */
  readonly specifier: string | null;
  /** `entry`: `new URL("./x.ts", import.meta.url)`, which starts a module (a worker) instead of importing it. */
  readonly kind: "import" | "entry";
  /** `import type`, `export type`, `import("x").T`: not there at run time. */
  readonly typeOnly: boolean;
  /** Where the specifier stands in the text. */
  readonly start: number;
  readonly end: number;
}

/** What the architecture test and the build need to know of a module. */
export interface Module {
  /** Path from the root of the project, with forward slashes. */
  readonly file: string;
  readonly lines: number;
  readonly references: readonly Reference[];
  /** `export default`, `export *`, `process.env`, `process.exit`: each once, where present. */
  readonly traits: ReadonlySet<Trait>;
  readonly opensWithComment: boolean;
}

export type Trait = "export default" | "export *" | "process.env" | "process.exit";

const isImportMetaUrl = (node: Node | undefined): boolean =>
  node?.type === "MemberExpression" &&
  node.object.type === "MetaProperty" &&
  node.property.type === "Identifier" &&
  node.property.name === "url";

const isProcess = (node: Node | null): boolean =>
  (node?.type === "Identifier" && node.name === "process") ||
  (node?.type === "MemberExpression" && nameOf(node.property) === "process");

function nameOf(node: Node): string | null {
  if (node.type === "Identifier") return node.name;
  return node.type === "Literal" && typeof node.value === "string" ? node.value : null;
}

function processTrait(name: string | null): readonly Trait[] {
  if (name === "env") return ["process.env"];
  return name === "exit" || name === "reallyExit" || name === "abort" ? ["process.exit"] : [];
}

/** Parses a module; throws on a syntax error, because what cannot be read cannot be judged. */
export function readModule(file: string, text: string): Module {
  const { program, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file} cannot be parsed: ${error.message}`);
  const references: Reference[] = [];
  const traits = new Set<Trait>();
  const refer = (kind: Reference["kind"], node: Node, typeOnly = false): void => {
    const specifier = node.type === "Literal" && typeof node.value === "string" ? node.value : null;
    references.push({ specifier, kind, typeOnly, start: node.start, end: node.end });
  };
  const note = (name: string | null): void => {
    for (const trait of processTrait(name)) traits.add(trait);
  };
  new Visitor({
    ImportDeclaration(node) {
      refer("import", node.source, node.importKind === "type");
      if (!/^(node:)?process$/.test(node.source.value)) return;
      for (const specifier of node.specifiers) {
        if (specifier.type === "ImportSpecifier") note(nameOf(specifier.imported));
      }
    },
    ExportNamedDeclaration(node) {
      if (node.source !== null) refer("import", node.source, node.exportKind === "type");
      if (node.specifiers.some((specifier) => nameOf(specifier.exported) === "default")) traits.add("export default");
    },
    ExportAllDeclaration(node) {
      refer("import", node.source, node.exportKind === "type");
      traits.add("export *");
    },
    ExportDefaultDeclaration() {
      traits.add("export default");
    },
    ImportExpression(node) {
      refer("import", node.source);
    },
    TSImportType(node) {
      refer("import", node.source, true);
    },
    NewExpression(node) {
      const [target, base] = node.arguments;
      if (target !== undefined && isImportMetaUrl(base)) refer("entry", target);
    },
    MemberExpression(node) {
      if (isProcess(node.object)) note(nameOf(node.property));
    },
    VariableDeclarator(node) {
      if (node.id.type !== "ObjectPattern" || !isProcess(node.init)) return;
      for (const property of node.id.properties) if (property.type === "Property") note(nameOf(property.key));
    },
  }).visit(program);
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  return { file, lines, references, traits, opensWithComment: /^\s*\/[*/]/.test(text) };
}

/** Every file under `folder` whose name ends so, as paths from `root`, sorted. */
export function filesUnder(root: string, folder: string, ending: RegExp): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .toSorted();
}

export function readModules(root: string, files: readonly string[]): readonly Module[] {
  return files.map((file) => readModule(file, readFileSync(join(root, file), "utf8")));
}

/** The file a relative reference of `file` names; null where it names a package or a built-in module. */
export function targetOf(file: string, specifier: string): string | null {
  return specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : null;
}
