import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { call } from "../support/call.ts";
import { runSombra, type Ended } from "../support/command.ts";
import { refusingUrl, startFaulty } from "../support/fault.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom, type SideServer } from "../support/side.ts";
import type { Sombra } from "../support/sombra.ts";

const shopper = "447700900123";
const cutover = {
  WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
  WHATSAPP_CANONICAL_SHADOW_MODE: "false",
  WHATSAPP_DUAL_RUN: "false",
};
const shared = new Opened();
let legacy: SideServer;
let sombra: Sombra;
beforeAll(async () => {
  legacy = shared.add(await startSide(json(200, { by: "legacy" })));
  const candidate = shared.add(await startSide(json(200, { by: "candidate" })));
  sombra = await shared.sombra({ SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CANDIDATE_URL: candidate.url, ...cutover });
});
afterAll(shared.close);
const opened = new Opened();
afterEach(async () => {
  await opened.close();
  await sombra.call("DELETE", "/api/kill");
});

const kill = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  runSombra(["kill", ...args], { SOMBRA_ADMIN_URL: sombra.adminUrl, ...env });
const answeredBy = async (): Promise<unknown> => (await post(sombra.url, textFrom(shopper))).json();

describe("sombra kill", () => {
  test("puts everybody on legacy, says what was before, and takes it back", { timeout: 30_000 }, async () => {
    expect(await answeredBy()).toEqual({ by: "candidate" });
    expect(await kill()).toEqual({ code: 0, stdout: "kill switch on (was off)\n", stderr: "" });
    expect(await answeredBy()).toEqual({ by: "legacy" });
    expect(await kill()).toEqual({ code: 0, stdout: "kill switch on (unchanged)\n", stderr: "" });
    expect(JSON.parse((await kill(["--json"])).stdout)).toEqual({ killed: true, was: true, shared: true });
    expect(await kill(["--undo"])).toEqual({ code: 0, stdout: "kill switch off (was on)\n", stderr: "" });
    expect(await answeredBy()).toEqual({ by: "candidate" });
    expect(JSON.parse((await kill(["--undo", "--json"])).stdout)).toEqual({ killed: false, was: false, shared: true });
  });

  test.each([[["now"]], [["--undo=yes"]]])("is wrong use with %j, and changes nothing", async (args) => {
    const { code, stdout, stderr } = await kill(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("--undo");
    expect(await answeredBy()).toEqual({ by: "candidate" });
  });

  test.concurrent.each<readonly [string, () => Promise<string>]>([
    ["where nobody listens", () => refusingUrl()],
    ["where the answer breaks off", async () => shared.add(await startFaulty("resets")).url],
    ["at another server", async () => shared.add(await startSide(json(200, { by: "somebody" }))).url],
    ["at no address", () => Promise.resolve("not-an-address")],
  ])("fails %s, and says how to do it without the admin port", async (_, adminUrl) => {
    const { code, stdout, stderr } = await kill([], { SOMBRA_ADMIN_URL: await adminUrl() });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^sombra kill: /);
    expect(stderr).toContain("SIGUSR2");
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test("does not wait for ever for an admin port that hangs", { timeout: 30_000 }, async () => {
    const { url } = opened.add(await startFaulty("hangs"));
    const { code, stderr } = await runSombra(["kill"], { SOMBRA_ADMIN_URL: url }, 7_000);
    expect(code).toBe(1);
    expect(stderr).toContain("SIGUSR2");
  });
});

describe("where the admin port has a token", () => {
  const token = "a-token-of-some-length";
  test("the switch needs it, and what keeps it on is said", { timeout: 30_000 }, async () => {
    const guarded = await opened.sombra({
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_ADMIN_TOKEN: token,
      SOMBRA_FORCE_LEGACY: "1",
    });
    const at = { SOMBRA_ADMIN_URL: guarded.adminUrl };
    const refused = await kill([], at);
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toContain("SOMBRA_ADMIN_TOKEN");
    expect((await kill([], { ...at, SOMBRA_ADMIN_TOKEN: token })).code).toBe(0);
    const undo = await kill(["--undo"], { ...at, SOMBRA_ADMIN_TOKEN: token });
    expect(undo.code).toBe(1);
    expect(undo.stdout + undo.stderr).toContain("SOMBRA_FORCE_LEGACY");
  });
});

describe("sombra", () => {
  test.concurrent.each([[[]], [["help"]], [["--help"]]])("shows its commands with %j", async (args) => {
    const { code, stdout, stderr } = await runSombra(args);
    expect([code, stderr]).toEqual([0, ""]);
    for (const command of ["serve", "demo", "kill", "help"]) expect(stdout).toContain(`sombra ${command}`);
  });

  test.concurrent.each(["constructor", "--nothing"])("knows no command %s", async (name) => {
    const { code, stdout, stderr } = await runSombra([name]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`"${name}"`);
    expect(stderr).toContain("sombra help");
  });

  test.concurrent.each(["serve", "demo"])("%s refuses options that it does not have", async (name) => {
    const { code, stderr } = await runSombra([name, "--nothing"]);
    expect(code).toBe(2);
    expect(stderr).toContain(`sombra ${name}`);
  });
});

describe("the admin port", () => {
  const throwIt = (headers: readonly string[]) => call(sombra.adminUrl, { target: "/api/kill", headers });
  const own = (): string => new URL(sombra.adminUrl).host;

  test.each<readonly [string, readonly string[], number]>([
    ["a name that is not its own", ["host", "evil.example"], 421],
    ["a name that only looks like its own", ["host", "127.0.0.1.evil.example"], 421],
    ["a page of another site", ["sec-fetch-site", "cross-site"], 403],
    ["a page of the same site on another host", ["sec-fetch-site", "same-site"], 403],
    ["a page of another origin", ["origin", "http://evil.example"], 403],
    ["a page without an origin", ["origin", "null"], 403],
  ])("refuses a change that comes by %s", async (_, headers, status) => {
    const answer = await throwIt(headers);
    expect(answer.status).toBe(status);
    expect(answer.rawHeaders).toContain("application/problem+json");
    expect(await answeredBy()).toEqual({ by: "candidate" });
  });

  test("takes one from its own page, and shows others nothing by another name", async () => {
    expect((await throwIt(["origin", `http://${own()}`, "sec-fetch-site", "same-origin"])).status).toBe(200);
    expect(await answeredBy()).toEqual({ by: "legacy" });
    for (const target of ["/", "/api/ledger", "/metrics"]) {
      const answer = await call(sombra.adminUrl, { method: "GET", target, headers: ["host", "evil.example"] });
      expect(answer.status).toBe(421);
    }
  });
});
