import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { root } from "../scripts/gates.ts";

// The set-up runs in a clone of its own; npm and apt-get are small scripts first on PATH that keep a record of how they
// were called, since the real ones need the network and the rights to change this machine.

let clone: string;
let bin: string;

function program(name: string, body: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >> "${clone}/calls"\n${body}\n`);
  chmodSync(join(bin, name), 0o755);
}

const calls = (): readonly string[] =>
  existsSync(join(clone, "calls")) ? readFileSync(join(clone, "calls"), "utf8").trim().split("\n") : [];

/** What npm ci leaves behind when it has run the install script of the package `node`. */
const install = (): string =>
  `mkdir -p node_modules/.bin && ln -sf "${process.execPath}" node_modules/.bin/node && cp package-lock.json node_modules/.package-lock.json`;

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the set-up with nothing else on PATH than our programs and, unless told otherwise, the shell's. */
async function setUp(programs: readonly string[] = [], path = `${bin}:/usr/bin:/bin`): Promise<Ended> {
  const child = spawn(process.execPath, ["scripts/setup.mjs", ...programs], { cwd: clone, env: { PATH: path } });
  let output = "";
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
    if (output.includes("Waiting")) writeFileSync(join(clone, "waiting"), "");
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  await once(child, "close");
  return { code: child.exitCode, output };
}

const lock = (integrity: string): string =>
  JSON.stringify({
    packages: { "": {}, "node_modules/a": { integrity }, "node_modules/elsewhere": { integrity, optional: true } },
  });

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), "sombra-setup-"));
  bin = join(clone, "bin");
  mkdirSync(bin);
  mkdirSync(join(clone, "scripts"));
  for (const path of ["scripts/setup.mjs", "scripts/setup"]) {
    cpSync(join(root, path), join(clone, path), { recursive: true });
  }
  writeFileSync(join(clone, "package-lock.json"), lock("one"));
  program("npm", install());
});

afterEach(() => rmSync(clone, { recursive: true }));

describe("the set-up", () => {
  it("installs the npm packages of a fresh clone, once", async () => {
    const first = await setUp();
    expect(first.code, first.output).toBe(0);
    expect(first.output).toMatch(/^Installing the npm packages \.\.\.\nInstalling the npm packages: done in \d+ s\n$/);
    expect(await setUp()).toEqual({ code: 0, output: "" });
    expect(calls()).toEqual(["npm ci --include=dev --loglevel=error"]);
  });

  it("installs them again when the lock file asks for others", async () => {
    await setUp();
    writeFileSync(join(clone, "package-lock.json"), lock("two"));
    expect((await setUp()).code).toBe(0);
    expect(calls()).toHaveLength(2);
  });

  it("takes optional packages of other platforms for granted", async () => {
    await setUp();
    const present = JSON.stringify({ packages: { "node_modules/a": { integrity: "one" } } });
    writeFileSync(join(clone, "node_modules/.package-lock.json"), present);
    expect(await setUp()).toEqual({ code: 0, output: "" });
  });

  it("shows what npm said when it failed, and stops", async () => {
    program("npm", "echo no space left; exit 9");
    const { code, output } = await setUp();
    expect(code).toBe(1);
    expect(output).toContain("no space left\n");
    expect(output).toMatch(/"npm ci .*" failed: exit code 9\n$/);
  });

  it("runs on a Node that is new enough where npm ran no install script", async () => {
    program("npm", "mkdir node_modules && cp package-lock.json node_modules/.package-lock.json");
    expect((await setUp()).code).toBe(0);
    expect(existsSync(join(clone, "node_modules/.bin/node"))).toBe(true);
  });

  it("takes turns with another one and clears the lock of one that died", async () => {
    program("npm", `until [ -e waiting ]; do sleep 0.01; done; ${install()}`);
    writeFileSync(join(clone, ".setup.lock"), "999999999");
    const both = await Promise.all([setUp(), setUp()]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ output }) => output).join("")).toContain("Waiting for the set-up that process");
    expect(calls()).toHaveLength(1);
    expect(existsSync(join(clone, ".setup.lock"))).toBe(false);
  });

  it("says in one sentence what is missing where there is no apt", async () => {
    await setUp();
    expect(await setUp(["no-such-program"], bin)).toEqual({
      code: 1,
      output: "This command needs no-such-program: install it for your system, then run the command again\n",
    });
  });

  it("goes on without programs that it was only to try, and says in one sentence what is left out", async () => {
    await setUp();
    const elsewhere = await setUp(["sh", "--try", "no-such-program"], bin);
    expect(elsewhere.code).toBe(1);
    expect(elsewhere.output).toMatch(/^This command needs sh: /);
    expect(await setUp(["--try", "no-such-program"], bin)).toEqual({
      code: 0,
      output: "Without no-such-program this does not do everything: install it for your system\n",
    });
    program("apt-get", "echo no network; exit 100");
    const { code, output } = await setUp(["--try", "no-such-program", "sh"]);
    expect(code).toBe(0);
    expect(output).toContain("Without no-such-program this does not do everything: ");
  });

  it("installs missing programs by apt as root, and says how to otherwise", async () => {
    await setUp();
    program("apt-get", `[ "$1" = update ] || { echo > "${bin}/no-such-program"; chmod +x "${bin}/no-such-program"; }`);
    const { code, output } = await setUp(["no-such-program", "sh"]);
    if (process.getuid?.() === 0) {
      expect(code, output).toBe(0);
      expect(calls().slice(1)).toEqual([
        "apt-get update",
        "apt-get install --yes --no-install-recommends no-such-program",
      ]);
    } else {
      expect(code).toBe(1);
      expect(output).toContain('run "sudo apt-get install no-such-program", then run the command again');
    }
  });
});
