import { expect, test } from "vitest";
import { settled } from "../support/figures.ts";
import { sourceProgram } from "../support/program.ts";
import { json, post, startSide, textFrom } from "../support/side.ts";
import { failedStart, startSombra } from "../support/sombra.ts";

/** Each start that is refused: what is set, and every line that says why. */
test.each([
  [{}, ["SOMBRA_LEGACY_URL: is not set"]],
  [{ SOMBRA_LEGACY_URL: "localhost:9000" }, ["SOMBRA_LEGACY_URL: "]],
  [{ SOMBRA_LEGACY_URL: "http://127.0.0.1:9", SOMBRA_PORT: "80a" }, ['SOMBRA_PORT: is "80a"']],
  [{ SOMBRA_LEGACY_URL: "http://127.0.0.1:9", WHATSAPP_REVERSE_SHADOW: "true" }, ["WHATSAPP_REVERSE_SHADOW: "]],
  [
    { SOMBRA_LEGACY_URL: "http://127.0.0.1:9", WHATSAPP_DUAL_RUN_PERCENT: "101", SOMBRA_ADMIN_HOST: "0.0.0.0" },
    ["WHATSAPP_DUAL_RUN_PERCENT: ", "SOMBRA_ADMIN_TOKEN: "],
  ],
  [{ SOMBRA_LEGACY_URL: "http://127.0.0.1:9", SOMBRA_CONFIG: "no/such.yaml" }, ["SOMBRA_CONFIG"]],
  [{ SOMBRA_LEGACY_URL: "http://127.0.0.1:9", SOMBRA_DATA_DIR: "/dev/null/data" }, ["SOMBRA_DATA_DIR"]],
  [{ SOMBRA_LEGACY_URL: "http://127.0.0.1:9", OTEL_TRACES_SAMPLER: "sometimes" }, ["OTEL_TRACES_SAMPLER"]],
])("a start with %j is refused and says why", async (env, lines) => {
  const { code, stderr } = await failedStart(env);
  expect(code).toBe(1);
  for (const line of lines) expect(stderr).toContain(line);
  expect(stderr).not.toMatch(/\n\s+at /);
});

test("a port that is taken stops the start and names the variable", async () => {
  const { createServer } = await import("node:net");
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const address = taken.address();
  const port = String(typeof address === "object" && address !== null ? address.port : 0);
  for (const variable of ["SOMBRA_PORT", "SOMBRA_ADMIN_PORT", "SOMBRA_EGRESS_PORT"]) {
    const { code, stderr } = await failedStart({ SOMBRA_LEGACY_URL: "http://127.0.0.1:9", [variable]: port });
    expect(code).toBe(1);
    expect(stderr).toContain(variable);
    expect(stderr).toContain(port);
  }
  taken.close();
});

// Each thread reads two thousand modules, on a machine that has other tests to do.
test("the sources are started as they are, and every thread of them works", { timeout: 60_000 }, async () => {
  const padding = "x".repeat(20_000);
  const legacy = await startSide(json(200, { by: "legacy", padding }));
  const candidate = await startSide(json(200, { by: "candidate", padding }));
  const env = { SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CANDIDATE_URL: candidate.url };
  const on = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" };
  const sombra = await startSombra({ ...env, ...on }, undefined, sourceProgram);
  // Answers of this size are compared on a thread of their own.
  expect(await (await post(sombra.url, textFrom("447700900123"))).json()).toMatchObject({ by: "legacy" });
  expect((await settled(sombra, 1)).compared).toMatchObject({ divergent: 1 });
  expect((await sombra.call("POST", "/api/kill?reason=test")).status).toBe(200);
  expect(await sombra.stop()).toBe(0);
  await Promise.all([legacy.close(), candidate.close()]);
});
