import { expect, test } from "vitest";
import { commands } from "./index.ts";
import { runCommand } from "./sample.ts";

const url = "http://127.0.0.1:0";

test.each([...commands.keys()])("sombra %s --help shows how it is used, and asks nobody", async (name) => {
  const { code, stdout, stderr } = await runCommand([name, "--help"], { url });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain(`sombra ${name}`);
  expect(stdout.split("\n").every((line) => line.length <= 120)).toBe(true);
});

test.each([
  ...["list", "get", "set", "allow", "deny", "force-on", "kill", "delete", "import", "export"].map((of) => [
    "flags",
    of,
  ]),
  ...["list", "get", "import", "delete"].map((of) => ["audience", of]),
  ...["list", "add", "preview", "remove"].map((of) => ["rules", of]),
  ...[
    "start",
    "status",
    "checkpoint",
    "advance",
    "approve",
    "reject",
    "pause",
    "resume",
    "acknowledge",
    "rollback",
    "abort",
    "complete",
    "note",
    "tick",
    "drill",
  ].map((of) => ["rollout", of]),
  ...["list", "open", "close"].map((of) => ["incident", of]),
  ["divergences", "triage"],
  ["rollout", "check"],
  ...["kill", "doctor", "explain", "cutover", "audit", "divergences", "erase"].map((name) => [name]),
])("sombra %s %s has examples and takes --json", async (...names) => {
  const { code, stdout } = await runCommand([...names, "-h"], { url });
  expect(code).toBe(0);
  expect(stdout).toContain(`\nExamples:\n  sombra ${names.join(" ")}`);
  expect(stdout).toContain("--json ");
});

test.each([...commands.keys()].filter((name) => !["flags", "audience", "rules", "rollout", "incident"].includes(name)))(
  "sombra %s refuses an option that it does not have",
  async (name) => {
    const { code, stdout, stderr } = await runCommand([name, "--nothing"], { url });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(new RegExp(`^sombra ${name}: there is no option --nothing`));
  },
);
