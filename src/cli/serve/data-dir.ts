import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Small facts that outlive the process, one file each. */
type Fact = "hash-key" | "killed" | "egress-used" | "legacy-ties" | "local-trips";

/** Where a process keeps what must outlive it, until there is a store. */
export interface DataDir {
  /** null: not there. */
  read(fact: Fact): string | null;
  /** Whole or not at all: written aside and renamed. */
  write(fact: Fact, text: string): void;
  remove(fact: Fact): void;
}

/** What a path says that can never be a directory of ours: a mistake of whoever configured it. What else fails may pass. */
const WRONG_PATH: ReadonlySet<string> = new Set(
  "EACCES EPERM EROFS ENOTDIR EEXIST EISDIR ENOENT ELOOP ENAMETOOLONG EINVAL".split(" "),
);

interface Opened {
  readonly dir: DataDir;
  /** The key of all hashes of personal data: the given one, else the kept one, else one made now. */
  readonly hashKey: string;
  /** The code of the fault that keeps anything from being kept now; null: there is none. */
  readonly fault: string | null;
}

/** Throws where the path is wrong: a disk that is full or broken keeps nobody from being answered. */
export function openDataDir(path: string, givenKey: string | null): Opened {
  const dir = dataDirAt(path);
  let hashKey = givenKey;
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    hashKey ??= keptKey(dir);
    if (hashKey === null) {
      hashKey = madeKey();
      dir.write("hash-key", hashKey);
    }
    return { dir, hashKey, fault: null };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    if (WRONG_PATH.has(code)) throw error;
    return { dir, hashKey: hashKey ?? madeKey(), fault: code };
  }
}

/** An empty file is what a crash leaves. */
function keptKey(dir: DataDir): string | null {
  const kept = dir.read("hash-key");
  return kept === "" ? null : kept;
}

export function madeKey(): string {
  return randomBytes(32).toString("hex");
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
