import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startSample, type SampleSombra } from "../sample.ts";

let sombra: SampleSombra;
let folder: string;
beforeEach(async () => {
  sombra = await startSample();
  folder = mkdtempSync(join(tmpdir(), "sombra-audience-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await sombra.close();
});

function file(text: string): string {
  const path = join(folder, "shoppers");
  writeFileSync(path, text);
  return path;
}

test("a file becomes a list, grows, shrinks, and comes out as it went in", async () => {
  const { stdout, stderr } = await sombra.run(["audience", "import", "pilot", file("a\nb\na\n")]);
  expect(stdout).toBe("pilot: not stored -> 2 shoppers\n");
  expect(stderr).toBe("1 line names a shopper named before: each counts once\n");
  expect(await sombra.does("audience", "import", "pilot", file("b\na\n"))).toBe("pilot: unchanged (2 shoppers)\n");
  const added = await sombra.run(["audience", "import", "pilot", "-", "--add"], { stdin: "c" });
  expect(added.stdout).toBe("pilot: 2 shoppers -> 3 shoppers\n");
  const removed = ["audience", "import", "pilot", file("n,phone\nA,a\nB,b"), "--remove", "--column", "phone"];
  expect(await sombra.does(...removed)).toBe("pilot: 3 shoppers -> 1 shopper\n");
  expect(await sombra.does("audience", "get", "pilot")).toBe("c\n");
  expect(await sombra.does("audience", "list")).toBe("NAME   SHOPPERS\npilot         1\n");
  expect(JSON.parse(await sombra.does("audience", "list", "--json"))).toEqual({
    audiences: [{ name: "pilot", count: 1 }],
  });
  expect(await sombra.does("audience", "delete", "pilot", "--reason", "over")).toBe("pilot: 1 shopper -> not stored\n");
  expect(sombra.flags.audit[0]).toMatchObject({ action: "audience-removed", subject: "pilot", reason: "over" });
  expect(await sombra.does("audience", "list")).toBe("no audience is stored\n");
});

test("a list of many parts arrives, and comes out again", { timeout: 60_000 }, async () => {
  const many = Array.from({ length: 200_000 }, (_, index) => String(10_000_000_000 + index)).join("\n");
  expect(await sombra.does("audience", "import", "all", file(many))).toBe("all: not stored -> 200000 shoppers\n");
  expect(await sombra.does("audience", "get", "all")).toBe(`${many}\n`);
});

test("what cannot be read changes nothing", async () => {
  const path = file(Buffer.from("caf\u00e9", "latin1").toString("latin1"));
  writeFileSync(path, Buffer.from("caf\u00e9", "latin1"));
  expect(await sombra.run(["audience", "import", "pilot", path])).toMatchObject({
    code: 1,
    stderr: `sombra audience import: ${path} is not UTF-8\n`,
  });
  expect((await sombra.run(["audience", "import", "pilot", join(folder, "none")])).stderr).toContain("(ENOENT)");
  expect((await sombra.run(["audience", "import", "pilot", file("a"), "--add", "--remove"])).code).toBe(2);
  expect(sombra.flags.audit).toEqual([]);
});

test("a list that nobody has stored is said to be unknown", async () => {
  const { code, stderr } = await sombra.run(["audience", "get", "none"]);
  expect(code).toBe(1);
  expect(stderr).toContain("No audience of this name");
});

test.each([[["help"]], [["--help"]]])("%j lists what there is", async (args) => {
  const { code, stdout } = await sombra.run(["audience", ...args]);
  expect(code).toBe(0);
  for (const name of ["list", "get NAME", "import NAME FILE|-", "delete NAME"])
    expect(stdout).toContain(`sombra audience ${name}`);
});

test.each([[[]], [["improt"]]])("%j is wrong use", async (args) => {
  expect((await sombra.run(["audience", ...args])).code).toBe(2);
});
