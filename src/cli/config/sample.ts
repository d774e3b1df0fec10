/** Configurations for tests: files in a folder of their own, read from there. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { ConfigError } from "./errors.ts";
import { loadConfig } from "./load.ts";
import type { Config } from "./types.ts";

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** The only thing that has no default. */
export const LEGACY = { SOMBRA_LEGACY_URL: "http://127.0.0.1:3000" };

/** What is said where no app secret is given. */
export const UNCHECKED = 'SOMBRA_APP_SECRET is not set: deliveries are not checked (routes: "default")';

export const FILE = "config/sombra.yaml";

export function load(env: Readonly<Record<string, string>>, files: Files = {}): Config {
  const cwd = mkdtempSync(join(tmpdir(), "sombra-config-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, name), content);
    }
    return loadConfig({ env, readFile: (path) => readFileSync(path), modeOf: (path) => statSync(path).mode, cwd });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

/** What is wrong, a line each, without the heading. */
export function wrong(env: Readonly<Record<string, string>>, files: Files = {}): readonly string[] {
  return refused(env, files)
    .message.split("\n")
    .slice(1)
    .map((line) => line.trim());
}

function refused(env: Readonly<Record<string, string>>, files: Files): ConfigError {
  try {
    load(env, files);
  } catch (error) {
    if (error instanceof ConfigError) {
      return error;
    }
    throw error;
  }
  throw new Error("Nothing is wrong");
}
