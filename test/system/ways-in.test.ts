import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runSombra } from "../support/command.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom } from "../support/side.ts";
import { failedStart, type Sombra } from "../support/sombra.ts";

const shopper = "447700900123";
const enabledFlag = "WHATSAPP_CANONICAL_EVENTS_ENABLED";
const shadowFlag = "WHATSAPP_CANONICAL_SHADOW_MODE";
const dualRunFlag = "WHATSAPP_DUAL_RUN";

const opened = new Opened();
let sombra: Sombra;
let directory: string;
let legacyUrl: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "sombra-ways-"));
  const legacy = opened.add(await startSide(json(200, { by: "legacy" })));
  const candidate = opened.add(await startSide(json(200, { by: "candidate" })));
  legacyUrl = legacy.url;
  sombra = await opened.sombra({ SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CANDIDATE_URL: candidate.url });
  // One flag of the pair says off already: what is off of the other cuts over.
  await changed("PATCH", `/api/flags/${enabledFlag}`, { enabled: true });
});
afterAll(async () => {
  await opened.close();
  await rm(directory, { recursive: true });
});

async function changed(method: string, path: string, body?: unknown): Promise<void> {
  const answer = await sombra.call(method, path, body);
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
}

/** How an attempt was refused: a status, or a command's exit code and what it says. */
type Refused = readonly [number | null, string];

const call = async (method: string, path: string, body?: unknown): Promise<Refused> => {
  const answer = await sombra.call(method, path, body);
  return [answer.status, await answer.text()];
};

const command = async (...args: readonly string[]): Promise<Refused> => {
  const { code, stderr } = await runSombra(args, { SOMBRA_ADMIN_URL: sombra.adminUrl }, 15_000);
  return [code, stderr];
};

const imported = (name: string, text: string): Promise<Refused> => {
  const file = join(directory, name);
  writeFileSync(file, text);
  return command("flags", "import", file);
};

describe.each([
  [shadowFlag, dualRunFlag],
  [dualRunFlag, shadowFlag],
])("%s, the last that keeps a shopper from the candidate,", (flag, off) => {
  beforeAll(async () => {
    await changed("PATCH", `/api/flags/${off}`, { enabled: false });
    await changed("PATCH", `/api/flags/${flag}`, { enabled: true, allowlist: null, percent: null });
  });

  const path = `/api/flags/${flag}`;
  const row = (value: string): string => `flag_key,value,description\n${flag},${value},\n`;
  test.each<readonly [string, number, () => Promise<Refused>]>([
    ["is killed by the API", 409, () => call("POST", `${path}/kill`)],
    ["is deleted by the API", 409, () => call("DELETE", path)],
    [
      "is taken out by the guide's form",
      409,
      () => call("POST", "/api/internal/flags/update", { name: flag, active: false }),
    ],
    ["is written in the JSON form without enabled", 409, () => call("PUT", path, { percentage: 50 })],
    ["is patched in the JSON form without enabled", 409, () => call("PATCH", path, { percentage: 50 })],
    ["is patched so among others", 409, () => call("PATCH", "/api/flags", { flags: { [flag]: { force_on: ["1"] } } })],
    ["gets an empty allowlist", 409, () => call("PATCH", path, { allowlist: [] })],
    [
      "gets its first member of a closed list",
      409,
      () => call("POST", `${path}/members`, { list: "allowlist", add: ["1"] }),
    ],
    ["is killed by command", 1, () => command("flags", "kill", flag)],
    ["is deleted by command", 1, () => command("flags", "delete", flag)],
    ["gets an empty allowlist by command", 1, () => command("flags", "set", flag, "allowlist=")],
    ["is imported in the JSON form without enabled", 1, () => imported("json.csv", row('"{""percentage"": 50}"'))],
  ])("stays on when it %s", async (_, code, attempt) => {
    const [got, said] = await attempt();
    expect([got, said]).toEqual([code, expect.stringContaining("cut over")]);
    expect(await sombra.get(`/feature-flags/${flag}?shopper_id=${shopper}`)).toMatchObject({ enabled: true });
    expect(await (await post(sombra.url, textFrom(shopper))).json()).toEqual({ by: "legacy" });
  });

  test.each<readonly [string, number, () => Promise<Refused>]>([
    ["put by the API", 409, () => call("PUT", path, { enabled: true, percent: 5 })],
    ["patched by the API", 409, () => call("PATCH", path, { percent: 5 })],
    ["patched in the JSON form", 409, () => call("PATCH", path, { enabled: true, percentage: 5 })],
    ["patched among others", 409, () => call("PATCH", "/api/flags", { flags: { [flag]: { percent: 5 } } })],
    ["in the guide's form", 409, () => call("POST", "/api/internal/flags/update", { name: flag, percent_rollout: 5 })],
    ["by command", 1, () => command("flags", "set", flag, "percent=5")],
    ["imported", 1, () => imported("share.csv", row("5"))],
  ])("is not cut down to a share, %s, without it being said of both", async (_, code, attempt) => {
    const [got, said] = await attempt();
    expect([got, said]).toEqual([code, expect.stringMatching(/off for 95 % of the shoppers.*would cut over/)]);
    expect(await sombra.get(`/feature-flags/${flag}?shopper_id=${shopper}`)).toMatchObject({ enabled: true });
    expect(await (await post(sombra.url, textFrom(shopper))).json()).toEqual({ by: "legacy" });
  });

  test("is cut down to a share, and further, where both are said to be", async () => {
    for (const percent of [90, 80, 0]) {
      await changed("PATCH", "/api/flags", { flags: { [flag]: { percent }, [off]: { enabled: null, percent } } });
    }
    expect(await (await post(sombra.url, textFrom(shopper))).json()).toEqual({ by: "candidate" });
    const rest = { percent: null };
    await changed("PATCH", "/api/flags", { flags: { [flag]: rest, [off]: { ...rest, enabled: false } } });
  });

  test("is refused in SOMBRA_FORCE_OFF", async () => {
    const { code, stderr } = await failedStart({ SOMBRA_LEGACY_URL: legacyUrl, SOMBRA_FORCE_OFF: flag });
    expect([code, stderr]).toEqual([1, expect.stringContaining("would cut over")]);
  });

  test("off by a value that says so cuts over, and on again brings legacy back", async () => {
    await changed("PATCH", path, { enabled: false });
    expect(await (await post(sombra.url, textFrom(shopper))).json()).toEqual({ by: "candidate" });
    await changed("PATCH", path, { enabled: true });
    expect(await (await post(sombra.url, textFrom(shopper))).json()).toEqual({ by: "legacy" });
  });
});
