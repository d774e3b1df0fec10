import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { root } from "../../scripts/gates.ts";
import { Opened } from "../support/opened.ts";
import { json, startSide } from "../support/side.ts";

const opened = new Opened();
afterEach(opened.close);

const run = promisify(execFile);
const key = "WHATSAPP_ROUTING_ENABLED";

function hasPython(): boolean {
  try {
    execFileSync("python3", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** The program of docs/ofrep.md, and what it says of shoppers. */
async function asked(base: string, shoppers: readonly string[], token = ""): Promise<unknown> {
  const [, program = ""] = /```python\n(.*?)```/s.exec(readFileSync(join(root, "docs/ofrep.md"), "utf8")) ?? [];
  const [address, bearer] = [JSON.stringify(base), JSON.stringify(token)];
  const calls = shoppers.map((shopper) => `is_on("${key}", "${shopper}", None, ${address}, ${bearer})`);
  const { stdout } = await run("python3", ["-c", `${program}\nprint(json.dumps([${calls.join(", ")}]))\n`]);
  return JSON.parse(stdout);
}

describe.runIf(hasPython())("the Python of the documentation", () => {
  test("asks a flag for a shopper, with a token where one is wanted", async () => {
    const legacy = opened.add(await startSide(json(200, {})));
    const env = { SOMBRA_LEGACY_URL: legacy.url, [`${key}_ALLOWLIST`]: "447700900101" };
    const shoppers = ["447700900101", "447700900102"];
    const free = await opened.sombra(env);
    expect(await asked(free.adminUrl, shoppers)).toEqual([true, false]);
    const guarded = await opened.sombra({ ...env, SOMBRA_ADMIN_TOKEN: "letmein-letmein-letmein" });
    expect(await asked(guarded.adminUrl, shoppers, "letmein-letmein-letmein")).toEqual([true, false]);
    expect(await asked(guarded.adminUrl, shoppers, "wrong")).toEqual([null, null]);
  });

  test("has the default where nothing answers", async () => {
    const legacy = opened.add(await startSide(json(200, {})));
    const sombra = await opened.sombra({ SOMBRA_LEGACY_URL: legacy.url });
    await sombra.stop();
    expect(await asked(sombra.adminUrl, ["447700900101"])).toEqual([null]);
  });
});
