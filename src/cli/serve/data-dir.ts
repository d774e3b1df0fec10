import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Small facts that outlive the process, one file each. */
type Fact = "hash-key" | "killed" | "candidate-egress";

/** Where a process keeps what must outlive it, until there is a store. */
export interface DataDir {
  /** null: not there. */
  read(fact: Fact): string | null;
  /** Whole or not at all: written aside and renamed. */
  write(fact: Fact, text: string): void;
  remove(fact: Fact): void;
}

export function openDataDir(path: string): DataDir {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return dataDirAt(path);
}

/** One that has been opened. */
export function dataDirAt(path: string): DataDir {
  return {
    read(fact) {
      try {
        return readFileSync(join(path, fact), "utf8").trim();
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
        throw error;
      }
    },
    write(fact, text) {
      const aside = join(path, `.${fact}.${process.pid}`);
      writeFileSync(aside, `${text}\n`, { mode: 0o600 });
      renameSync(aside, join(path, fact));
    },
    remove: (fact) => rmSync(join(path, fact), { force: true }),
  };
}

/** The key of all hashes of personal data: the given one, else the kept one, else one made now and kept. */
export function hashKeyOf(dir: DataDir, given: string | null): string {
  if (given !== null) return given;
  const kept = dir.read("hash-key");
  if (kept !== null && kept !== "") return kept;
  const made = randomBytes(32).toString("hex");
  dir.write("hash-key", made);
  return made;
}
