import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { z } from "zod";
import { root } from "../../scripts/gates.ts";

export function textOf(path: string): string {
  return readFileSync(join(root, "docker", path), "utf8");
}

/** The documents of a YAML file of docker/, read strictly: a key that stands twice is an error, and so is a warning. */
export function documentsOf(path: string): readonly unknown[] {
  return parseAllDocuments(textOf(path), { merge: true, strict: true, uniqueKeys: true }).map((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw new Error(`docker/${path}: ${problem.message}`);
    const value: unknown = document.toJS();
    return value;
  });
}

/** The one document of a YAML file, in its schema. */
export function documentIn<T>(path: string, schema: z.ZodType<T>): T {
  const [document, ...more] = documentsOf(path);
  if (more.length > 0) throw new Error(`docker/${path} has more than one document`);
  return schema.parse(document);
}

/** Whether a program answers on this machine. */
export function runs(program: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
