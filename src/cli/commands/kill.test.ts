import { userInfo } from "node:os";
import { afterEach, expect, test } from "vitest";
import { sampleToken } from "../../admin/sample.ts";
import { runCommand, startSample, type SampleSombra } from "./sample.ts";

let sombra: SampleSombra;
afterEach(() => sombra.close());

test("says what was and what is, who asked, and why", async () => {
  sombra = await startSample();
  expect(await sombra.does("kill", "--reason", "sends twice & more")).toBe("kill switch on (was off)\n");
  expect(await sombra.does("kill")).toBe("kill switch on (unchanged)\n");
  expect(await sombra.does("kill", "--undo")).toBe("kill switch off (was on)\n");
  expect(JSON.parse(await sombra.does("kill", "--undo", "--json"))).toEqual({
    killed: false,
    was: false,
    shared: true,
  });
  const actor = { kind: "command", name: userInfo().username };
  expect(sombra.kills[0]).toEqual({ killed: true, actor, reason: "sends twice & more" });
  expect(sombra.kills[1]).toEqual({ killed: true, actor, reason: null });
});

test("where the store is away it is in force here, and the others are told later", async () => {
  sombra = await startSample();
  sombra.flags.lose("connection refused");
  const { code, stdout, stderr } = await sombra.run(["kill"]);
  expect([code, stdout]).toEqual([0, "kill switch on (was off)\n"]);
  expect(stderr).toContain("told to the others when the store returns: The store does not answer");
});

test("an undo that something forbids fails, and says what", async () => {
  const kill = async () => ({ was: true, killed: true, shared: true, why: "SOMBRA_FORCE_LEGACY keeps it" });
  sombra = await startSample({ kill });
  const { code, stderr } = await sombra.run(["kill", "--undo"]);
  expect([code, stderr]).toEqual([1, "sombra kill: not done: SOMBRA_FORCE_LEGACY keeps it\n"]);
});

test("a token is needed where there are any, and does what its roles allow", async () => {
  const tokens = [sampleToken("boss", ["operate"]), sampleToken("guest", ["read"])];
  sombra = await startSample({ access: { tokens, hosts: [] } });
  const withToken = (token: string) => sombra.run(["kill"], { env: { SOMBRA_ADMIN_TOKEN: token } });
  const without = await withToken(" ");
  expect(without.code).toBe(1);
  expect(without.stderr).toContain("SOMBRA_ADMIN_TOKEN");
  expect((await withToken("guest")).stderr).toContain("needs the role operate");
  expect((await withToken("boss")).code).toBe(0);
  expect(sombra.kills).toEqual([expect.objectContaining({ actor: { kind: "token", name: "boss" } })]);
});

test("where nobody listens it says how to do without", async () => {
  sombra = await startSample();
  await sombra.close();
  const { code, stdout, stderr } = await runCommand(["kill"], { url: sombra.url });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toBe(
    `sombra kill: nothing listens at ${sombra.url}: set SOMBRA_ADMIN_URL\nSIGUSR2 to the process throws the switch without the admin port.\n`,
  );
});

test.each([[["now"]], [["--undo=yes"]], [["--nothing"]]])("%j is wrong use, and changes nothing", async (args) => {
  sombra = await startSample();
  const { code, stdout, stderr } = await sombra.run(["kill", ...args]);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("sombra kill [--undo] [--reason TEXT] [--json]");
  expect(sombra.kills).toEqual([]);
});
