import { afterEach, describe, expect, it } from "vitest";
import type { Access } from "./deps.ts";
import { sampleToken, startAdmin, type SampleAdmin } from "./sample.ts";
import { createReader } from "./ui/sample.ts";

let admin: SampleAdmin | undefined;

async function start(access: Partial<Access> = {}): Promise<SampleAdmin> {
  admin = await startAdmin({ access: { tokens: [], hosts: [], ...access } });
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
  const tokens = [
    sampleToken("reader", ["read"]),
    sampleToken("correct-horse", ["operate"]),
    sampleToken("approver", ["approve"]),
    sampleToken("nobody", []),
  ];

  it.each([
    ["none", {}],
    ["another", { authorization: "Bearer wrong-horse" }],
    ["one that begins alike", { authorization: "Bearer correct-hors" }],
    ["one of another scheme", { authorization: "Basic correct-horse" }],
    ["an empty one", { authorization: "Bearer " }],
    ["a wrong key", { "x-api-key": "wrong-horse" }],
    ["a wrong one beside a right key", { authorization: "Bearer wrong-horse", "x-api-key": "correct-horse" }],
    ["a hash", { authorization: `Bearer ${tokens[1]?.sha256}` }],
  ])("is asked for everywhere but for health, %s given", async (_what, headers: Record<string, string>) => {
    const { ask, kills } = await start({ tokens });
    for (const [method, path] of [
      ["GET", "/"],
      ["GET", "/metrics"],
      ["GET", "/openapi.json"],
      ["GET", "/api/nowhere"],
      ["GET", "/healthz/"],
      ["POST", "/api/kill"],
      ["POST", "/kill"],
      ["POST", "/ofrep/v1/evaluate/flags"],
      ["PUT", "/api/flags/CANONICAL"],
    ] as const) {
      const answer = await ask(path, { method, headers });
      expect({ path, status: answer.status }).toEqual({ path, status: 401 });
      expect(answer.headers["www-authenticate"]).toBe('Bearer realm="sombra"');
      expect(answer.headers["content-type"]).toBe("application/problem+json");
    }
    for (const path of ["/healthz", "/readyz"]) expect(await ask(path, { headers })).toMatchObject({ status: 200 });
    expect(kills).toEqual([]);
  });

  it.each([
    { authorization: "Bearer correct-horse" },
    { authorization: "bearer  correct-horse " },
    { "x-api-key": "correct-horse" },
    { authorization: "Basic of-a-proxy", "x-api-key": "correct-horse" },
  ])("lets in who has it (%s)", async (headers: Record<string, string>) => {
    const { ask, kills } = await start({ tokens });
    expect(await ask("/api/ledger", { headers })).toMatchObject({ status: 200 });
    expect(await ask("/api/kill", { method: "POST", headers })).toMatchObject({ status: 200 });
    expect(kills).toHaveLength(1);
  });

  it.each([
    ["reader", "GET", "/api/ledger", null],
    ["reader", "HEAD", "/api/flags", null],
    ["reader", "POST", "/ofrep/v1/evaluate/flags", null],
    ["reader", "POST", "/api/kill", "operate"],
    ["reader", "DELETE", "/api/kill", "operate"],
    ["reader", "POST", "/kill", "operate"],
    ["reader", "PUT", "/api/flags/CANONICAL", "operate"],
    ["reader", "POST", "/api/internal/flags/update", "operate"],
    ["reader", "DELETE", "/api/audiences/vips", "operate"],
    ["reader", "POST", "/api/cutover", "operate"],
    ["correct-horse", "GET", "/api/audit", null],
    ["correct-horse", "DELETE", "/api/kill", null],
    ["approver", "GET", "/api/audit", null],
    ["approver", "POST", "/api/kill", "operate"],
    ["approver", "PATCH", "/api/flags/CANONICAL", "operate"],
    ["approver", "POST", "/api/flags/CANONICAL/kill", "operate"],
    ["approver", "POST", "/ofrep/v1/evaluate/flags", null],
    ["reader", "POST", "/api/flags/CANONICAL/kill", "operate"],
    ["correct-horse", "POST", "/api/flags/CANONICAL/kill", null],
    ["correct-horse", "POST", "/ofrep/v1/evaluate/flags/CANONICAL", null],
    ["nobody", "POST", "/ofrep/v1/evaluate/flags/CANONICAL", "read"],
    ["nobody", "GET", "/api/ledger", "read"],
    ["nobody", "GET", "/healthz", null],
  ] as const)("of %s may %s %s, save where it lacks the role (%s)", async (name, method, path, missing) => {
    const { ask } = await start({ tokens });
    const { status, text, headers } = await ask(path, { method, headers: { authorization: `Bearer ${name}` } });
    if (missing === null) return expect([401, 403]).not.toContain(status);
    expect(status).toBe(403);
    expect(headers["content-type"]).toBe("application/problem+json");
    expect(JSON.parse(text)).toMatchObject({ role: missing });
    return expect(text).toContain(`needs the role ${missing}`);
  });

  it("is not asked where none is configured", async () => {
    const { ask } = await start();
    expect(await ask("/api/ledger")).toMatchObject({ status: 200 });
    expect(await ask("/api/kill", { method: "POST" })).toMatchObject({ status: 200 });
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
    const { status, text } = await ask("/api/kill", { method: "POST", headers, body: "x".repeat(1024 * 1024 + 1) });
    expect({ status, text }).toEqual({ status: 413, text: expect.stringContaining("1 MiB") });
    expect(kills).toHaveLength(1);
  });

  it.each([
    ["PUT", "/api/flags/CANONICAL"],
    ["PATCH", "/api/flags"],
    ["POST", "/api/internal/flags/update"],
    ["PUT", "/api/audiences/vips"],
  ])("that may carry lists are refused from 32 MiB on (%s %s)", async (method, path) => {
    const { ask } = await start();
    const mebibyte = 1024 * 1024;
    expect(await ask(path, { method, body: " ".repeat(mebibyte + 1) })).toMatchObject({ status: 400 });
    const { status, text } = await ask(path, { method, body: " ".repeat(32 * mebibyte + 1) });
    expect({ status, text }).toEqual({ status: 413, text: expect.stringContaining("32 MiB") });
  });
});

describe("who asks", () => {
  const names = (kills: SampleAdmin["kills"]) => kills.map(({ actor }) => actor);

  it("is the command line's user, the page, or anybody where there is no token", async () => {
    const { ask, kills } = await start();
    await ask("/api/kill", { method: "POST", headers: { "x-sombra-actor": "command:ana" } });
    await ask("/api/kill", { method: "POST", headers: { "x-sombra-actor": "token:admin" } });
    await ask("/api/kill", { method: "POST" });
    await createReader({ ask }).send("/kill", {});
    expect(names(kills)).toEqual([
      { kind: "command", name: "ana" },
      { kind: "anonymous", name: "loopback" },
      { kind: "anonymous", name: "loopback" },
      { kind: "dashboard", name: "loopback" },
    ]);
  });

  it("is whose the token is, whatever else is said", async () => {
    const { ask, kills } = await start({ tokens: [sampleToken("eva", ["operate"])] });
    const headers = { authorization: "Bearer eva", "x-sombra-actor": "command:ana" };
    await ask("/api/kill", { method: "POST", headers });
    const reader = createReader({ ask });
    await reader.send("/sign-in", { token: "eva" }, "/sign-in");
    await reader.send("/kill", {});
    expect(names(kills)).toEqual([
      { kind: "token", name: "eva" },
      { kind: "dashboard", name: "eva" },
    ]);
  });
});
