import { afterEach, describe, expect, it } from "vitest";
import type { Access } from "./deps.ts";
import { startAdmin, type SampleAdmin } from "./sample.ts";

let admin: SampleAdmin | undefined;

async function start(access: Partial<Access> = {}): Promise<SampleAdmin> {
  admin = await startAdmin({ access: { token: null, hosts: [], ...access } });
  return admin;
}

afterEach(async () => {
  await admin?.close();
  admin = undefined;
});

describe("Host", () => {
  it.each([
    "localhost",
    "LOCALHOST:8081",
    "127.0.0.1:1",
    "127.9.9.9",
    "[::1]",
    "[::1]:8081",
    "sombra.internal:8081",
    "[fd00::1]",
  ])("may be %s", async (host) => {
    const { ask } = await start({ hosts: ["Sombra.internal", "fd00::1"] });
    expect(await ask("/api/ledger", { headers: { host } })).toMatchObject({ status: 200 });
  });

  it.each([
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "sombra.internal.evil.example",
    "128.0.0.1",
    "127.1",
    "[::2]",
    "0.0.0.0",
    "localhost:1:2",
    "evil.example@localhost",
  ])("may not be %s", async (host) => {
    const { ask, kills } = await start({ hosts: ["sombra.internal"] });
    for (const path of ["/api/ledger", "/healthz", "/"]) {
      const { status, headers } = await ask(path, { headers: { host } });
      expect([400, 421]).toContain(status);
      expect(headers["content-type"]).toBe("application/problem+json");
    }
    expect([400, 421]).toContain((await ask("/api/kill", { method: "POST", headers: { host } })).status);
    expect(kills).toEqual([]);
  });

  it("of another site is answered with 421", async () => {
    const { ask } = await start();
    expect(await ask("/", { headers: { host: "evil.example" } })).toMatchObject({ status: 421 });
  });
});

describe("a token", () => {
  const token = "correct-horse";

  it.each([
    ["none", {}],
    ["another", { authorization: "Bearer wrong-horse" }],
    ["one that begins alike", { authorization: "Bearer correct-hors" }],
    ["one of another scheme", { authorization: `Basic ${token}` }],
    ["an empty one", { authorization: "Bearer " }],
  ])("is asked for everywhere but for health, %s given", async (_what, headers: Record<string, string>) => {
    const { ask, kills } = await start({ token });
    for (const [method, path] of [
      ["GET", "/"],
      ["GET", "/metrics"],
      ["GET", "/openapi.json"],
      ["GET", "/api/nowhere"],
      ["GET", "/healthz/"],
      ["POST", "/api/kill"],
      ["POST", "/kill"],
    ] as const) {
      const answer = await ask(path, { method, headers });
      expect({ path, status: answer.status }).toEqual({ path, status: 401 });
      expect(answer.headers["www-authenticate"]).toBe('Bearer realm="sombra"');
      expect(answer.headers["content-type"]).toBe("application/problem+json");
    }
    for (const path of ["/healthz", "/readyz"]) expect(await ask(path, { headers })).toMatchObject({ status: 200 });
    expect(kills).toEqual([]);
  });

  it.each([`Bearer ${token}`, `bearer ${token}`])("lets in who has it (%s)", async (authorization) => {
    const { ask, kills } = await start({ token });
    expect(await ask("/api/ledger", { headers: { authorization } })).toMatchObject({ status: 200 });
    expect(await ask("/api/kill", { method: "POST", headers: { authorization } })).toMatchObject({ status: 200 });
    expect(kills).toHaveLength(1);
  });

  it("is not asked where none is configured", async () => {
    const { ask } = await start();
    expect(await ask("/api/ledger")).toMatchObject({ status: 200 });
  });
});

describe("changes", () => {
  const host = "localhost:8081";

  it.each([
    ["a cross-site page", { "sec-fetch-site": "cross-site" }],
    ["a page of a sibling site", { "sec-fetch-site": "same-site" }],
    ["a page of another origin", { origin: "http://evil.example" }],
    ["a page of another port", { origin: "http://localhost:3000" }],
    ["a sandboxed page", { origin: "null" }],
    ["a page that claims to be ours", { origin: "http://evil.example", "sec-fetch-site": "same-origin" }],
  ])("are refused to %s", async (_whom, headers) => {
    const { ask, kills } = await start();
    for (const [method, path] of [
      ["POST", "/api/kill"],
      ["DELETE", "/api/kill"],
      ["POST", "/kill"],
      ["POST", "/kill/undo"],
    ] as const) {
      const answer = await ask(path, { method, headers: { host, ...headers } });
      expect({ path, status: answer.status }).toEqual({ path, status: 403 });
      expect(answer.headers["content-type"]).toBe("application/problem+json");
    }
    expect(kills).toEqual([]);
  });

  it.each([
    ["a tool", {}],
    ["our own page", { origin: `http://${host}`, "sec-fetch-site": "same-origin" }],
    ["our own page behind TLS", { origin: `https://${host}` }],
    ["a person", { "sec-fetch-site": "none" }],
  ])("are open to %s", async (_whom, headers: Record<string, string>) => {
    const { ask, kills } = await start();
    expect(await ask("/api/kill", { method: "POST", headers: { host, ...headers } })).toMatchObject({ status: 200 });
    expect(kills).toHaveLength(1);
  });

  it("are not reading: a link from elsewhere opens the page", async () => {
    const { ask } = await start();
    expect(await ask("/", { headers: { host, "sec-fetch-site": "cross-site" } })).toMatchObject({ status: 200 });
  });

  it.each([
    ["with a length", {}],
    ["chunked", { "transfer-encoding": "chunked" }],
  ])("of more than 1 MiB are refused, %s", async (_how, headers: Record<string, string>) => {
    const { ask, kills } = await start();
    const small = await ask("/api/kill", { method: "POST", headers, body: "x".repeat(1024) });
    expect(small.status).toBe(200);
    const { status } = await ask("/api/kill", { method: "POST", headers, body: "x".repeat(1024 * 1024 + 1) });
    expect(status).toBe(413);
    expect(kills).toHaveLength(1);
  });
});
