import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, type CallOptions } from "../support/call.ts";
import { figure, growth, ledgerOf, settled } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { startSide, textFrom, type Behaviour, type SideServer } from "../support/side.ts";
import { briefRoutes, type Sombra } from "../support/sombra.ts";

const shopper = "447700900123";
const on = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" };
const asJson = ["content-type", "application/json"];
const MiB = 1024 * 1024;

const dir = mkdtempSync(join(tmpdir(), "sombra-bodies-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
function configOf(name: string, text: string): string {
  const path = join(dir, `${name}.yaml`);
  writeFileSync(path, text);
  return path;
}

interface World {
  readonly legacy: SideServer;
  readonly candidate: SideServer;
  readonly sombra: Sombra;
}

async function worldIn(
  opened: Opened,
  sides: { legacy: Behaviour; candidate: Behaviour },
  env: Readonly<Record<string, string>> = {},
): Promise<World> {
  const legacy = opened.add(await startSide(sides.legacy));
  const candidate = opened.add(await startSide(sides.candidate));
  const urls = { SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CANDIDATE_URL: candidate.url };
  return { legacy, candidate, sombra: await opened.sombra({ ...urls, ...on, ...env }) };
}

const nothingKept = (sombra: Sombra): Promise<void> =>
  expect.poll(() => figure(sombra, "sombra_kept_bytes"), { timeout: 20_000 }).toBe(0);

const small = () => ({ headers: asJson, body: textFrom(shopper) });
/** Small deliveries sent while something large is under way, all of which must be answered. */
const meanwhile = 5;
async function besideOthers<T>(sombra: Sombra, main: Promise<T>): Promise<T> {
  const others = Array.from({ length: meanwhile }, () => call(sombra.url, { ...small(), target: "/small" }));
  const statuses = (await Promise.all(others)).map(({ status }) => status);
  expect(statuses).toEqual(others.map(() => 200));
  return main;
}

describe("a request body", () => {
  const opened = new Opened();
  let world: World;
  beforeAll(async () => {
    const ok: Behaviour = (_, response) => void response.writeHead(200, { "content-length": 2 }).end("ok");
    world = await worldIn(opened, { legacy: ok, candidate: ok });
  });
  afterAll(opened.close);

  const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
  const large = (): string => textFrom(shopper).replace("hello", "x".repeat(3_000_000));
  const pieces = (body: Buffer, count: number): Buffer[] =>
    Array.from({ length: count }, (_, i) => body.subarray((i * body.length) / count, ((i + 1) * body.length) / count));
  test.each<readonly [string, Buffer | readonly Buffer[]]>([
    ["nothing", Buffer.alloc(0)],
    ["3 MB of text", Buffer.from(large())],
    ["3 MB of text, chunked", pieces(Buffer.from(large()), 7)],
    ["3 MB of noise", randomBytes(3_000_000)],
    ["as much as is kept", Buffer.alloc(4 * MiB, "x")],
    ["10,000 levels of arrays", Buffer.from(textFrom(shopper).replace('"hello"', nested(10_000)))],
    ["10,000 levels of arrays around it all", Buffer.from(nested(10_000))],
    ["3 MB of opening brackets", Buffer.alloc(3_000_000, "[")],
    ["3 MB of opening braces", Buffer.from('{"":'.repeat(750_000))],
    ["JSON cut off", Buffer.from(textFrom(shopper)).subarray(0, 200)],
    ["invalid UTF-8", Buffer.from(textFrom(shopper).replace("hello", "\xff\xfe\xc3"), "latin1")],
    [
      "members that are not data",
      Buffer.from('{"__proto__":{"entry":1},"constructor":{"prototype":{"entry":1}},"entry":{}}'),
    ],
  ])("reaches both sides byte for byte and costs nobody else anything: %s", async (_, body) => {
    const { legacy, candidate, sombra } = world;
    const before = await ledgerOf(sombra);
    const sent = Buffer.isBuffer(body) ? body : Buffer.concat(body);
    const answer = await besideOthers(sombra, call(sombra.url, { target: "/large", headers: asJson, body }));
    expect([answer.status, answer.body.toString()]).toEqual([200, "ok"]);
    const after = await settled(sombra, before.received + 1 + meanwhile);
    expect(growth(before, after)).toEqual({ "compared match": 1 + meanwhile });
    for (const side of [legacy, candidate]) {
      const seen = side.seen.findLast(({ url }) => url === "/large");
      expect(seen?.body.equals(sent)).toBe(true);
      expect(seen?.headers["transfer-encoding"]).toBe(Buffer.isBuffer(body) ? undefined : "chunked");
    }
    await nothingKept(sombra);
  });

  test.each<readonly [string, Buffer | readonly Buffer[]]>([
    ["a byte more than is kept", Buffer.alloc(4 * MiB + 1, "x")],
    ["8 MB", Buffer.alloc(8_000_000, "x")],
    ["8 MB in chunks", pieces(Buffer.alloc(8_000_000, "x"), 9)],
  ])("that is too large reaches legacy whole, and the candidate is not called: %s", async (_, body) => {
    const { legacy, candidate, sombra } = world;
    const before = await ledgerOf(sombra);
    const called = candidate.seen.length;
    const sent = Buffer.isBuffer(body) ? body : Buffer.concat(body);
    const answer = await besideOthers(sombra, call(sombra.url, { target: "/large", headers: asJson, body }));
    expect([answer.status, answer.body.toString()]).toEqual([200, "ok"]);
    const after = await settled(sombra, before.received + 1 + meanwhile);
    expect(growth(before, after)).toEqual({ "skipped body-too-large": 1, "compared match": meanwhile });
    expect(legacy.seen.findLast(({ url }) => url === "/large")?.body.equals(sent)).toBe(true);
    expect(candidate.seen.slice(called).map(({ url }) => url)).toEqual(
      Array.from({ length: meanwhile }, () => "/small"),
    );
    await nothingKept(sombra);
  });
});

interface Said {
  readonly headers: readonly string[];
  readonly body: Buffer;
}
const said = (body: Buffer | string, type = "application/json", ...more: readonly string[]): Said => ({
  headers: ["content-type", type, ...more],
  body: Buffer.from(body),
});
function say(response: ServerResponse, { headers, body }: Said): void {
  response.writeHead(200, [...headers, "content-length", String(body.length)]).end(body);
}

describe("an answer body", () => {
  const opened = new Opened();
  /** What each side says to what was sent to an address; everything else is answered alike. */
  const answers = new Map<string, { legacy: Said; candidate: Said }>();
  const alike = said('{"ok":true}');
  let sombra: Sombra;
  beforeAll(async () => {
    const side =
      (name: "legacy" | "candidate"): Behaviour =>
      ({ url }, response) =>
        say(response, answers.get(url)?.[name] ?? alike);
    ({ sombra } = await worldIn(opened, { legacy: side("legacy"), candidate: side("candidate") }));
  });
  afterAll(opened.close);

  const deep = said(`{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}`);
  const numbers = (by: number): Said => said(JSON.stringify(Array.from({ length: 145_000 }, (_, i) => i + by)));
  const many = (of: (i: number) => string, by: string): string =>
    Array.from({ length: 85_000 }, (_, i) => of(i)).join(by);
  const lines = (mark: string): Said =>
    said(
      many((i) => `${mark} line ${i}`, "\n"),
      "text/plain",
    );
  const fields = (mark: string): Said =>
    said(
      many((i) => `${mark}${i}=${i}`, "&"),
      "application/x-www-form-urlencoded",
    );
  const members = (mark: string): Said => said(`{${many((i) => `"${mark}${i}":1`, ",")}}`);
  const gzipped = (bytes: Buffer, keep = 1): Said => {
    const body = gzipSync(bytes);
    return said(body.subarray(0, Math.ceil(body.length * keep)), "application/json", "content-encoding", "gzip");
  };
  const bomb = gzipped(Buffer.alloc(64 * MiB, " "));
  const twice = said(gzipSync(bomb.body), "application/json", "content-encoding", "gzip, gzip");
  const brotli = said(
    brotliCompressSync(Buffer.alloc(64 * MiB), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
    "application/json",
    "content-encoding",
    "br",
  );
  const rows: readonly (readonly [string, { legacy?: Said; candidate?: Said }, string])[] = [
    ["10,000 levels deep, of the candidate", { candidate: deep }, "skipped not-comparable"],
    ["10,000 levels deep, of legacy", { legacy: deep }, "skipped not-comparable"],
    ["10,000 levels deep, of both", { legacy: deep, candidate: deep }, "compared match"],
    [
      "with members that are not data",
      { legacy: said('{"__proto__":{"ok":1}}'), candidate: said('{"constructor":{"prototype":{"ok":1}}}') },
      "compared divergent",
    ],
    ["of 1 MB of lines that all differ", { legacy: lines("a"), candidate: lines("b") }, "compared divergent"],
    ["of 1 MB of form fields that all differ", { legacy: fields("a"), candidate: fields("b") }, "compared divergent"],
    ["of 1 MB of members that all differ", { legacy: members("a"), candidate: members("b") }, "compared divergent"],
    ["of 1 MB of numbers that all differ", { legacy: numbers(0), candidate: numbers(0.5) }, "compared divergent"],
    ["of invalid UTF-8", { candidate: said(Buffer.from('{"ok":"\xff\xc3"}', "latin1")) }, "compared divergent"],
    ["of JSON cut off", { candidate: said('{"ok":tr') }, "compared divergent"],
    ["that a few bytes unpack to 64 MiB, of the candidate", { candidate: bomb }, "skipped not-comparable"],
    ["that a few bytes unpack to 64 MiB, of legacy", { legacy: bomb }, "skipped not-comparable"],
    ["packed twice over, that unpacks to 64 MiB", { candidate: twice }, "skipped not-comparable"],
    ["of brotli that unpacks to 64 MiB", { candidate: brotli }, "skipped not-comparable"],
    ["of gzip cut off", { candidate: gzipped(randomBytes(1_000), 0.5) }, "skipped not-comparable"],
    [
      "that is no gzip and says so",
      { candidate: said("no", "text/plain", "content-encoding", "gzip") },
      "skipped not-comparable",
    ],
    ["packed on one side only", { candidate: gzipped(alike.body) }, "compared match"],
    ["that is HTML and called JSON", { candidate: said("<html></html>") }, "compared divergent"],
    ["that is JSON and called an image", { candidate: said(alike.body, "image/png") }, "compared divergent"],
    ["larger than is kept, of legacy", { legacy: said(Buffer.alloc(5_000_000, "x")) }, "skipped body-too-large"],
    [
      "larger than is kept, of the candidate",
      { candidate: said(Buffer.alloc(5_000_000, "x")) },
      "skipped body-too-large",
    ],
  ];
  test.each(rows)(
    "%s harms nothing but its own verdict",
    async (name, { legacy = alike, candidate = alike }, state) => {
      const target = `/${encodeURIComponent(name)}`;
      answers.set(target, { legacy, candidate });
      const before = await ledgerOf(sombra);
      const answer = await besideOthers(sombra, call(sombra.url, { ...small(), target }));
      expect(answer.status).toBe(200);
      expect(answer.body.equals(legacy.body)).toBe(true);
      expect(answer.rawHeaders.slice(0, legacy.headers.length)).toEqual(legacy.headers);
      const after = await settled(sombra, before.received + 1 + meanwhile);
      const expected = new Map([["compared match", meanwhile]]);
      expected.set(state, (expected.get(state) ?? 0) + 1);
      expect(growth(before, after)).toEqual(Object.fromEntries(expected));
      await nothingKept(sombra);
    },
  );
});

test("bodies that together are larger than what is kept reach legacy whole and are not compared", async () => {
  const opened = new Opened();
  try {
    const waiting: ServerResponse[] = [];
    const { legacy, candidate, sombra } = await worldIn(
      opened,
      {
        legacy: (_, response) => void response.end("ok"),
        candidate: (_, response) => void waiting.push(response),
      },
      { SOMBRA_CONFIG: configOf("memory", `memory: { bodyBytes: 5000000 }\n${briefRoutes}`) },
    );
    const bodies = Array.from({ length: 4 }, () => randomBytes(1_500_000));
    for (const body of bodies) expect((await call(sombra.url, { body })).body.toString()).toBe("ok");
    expect(legacy.seen.map(({ body }, i) => body.equals(bodies[i] ?? body.subarray(1)))).toEqual(
      bodies.map(() => true),
    );
    await candidate.requests(3);
    expect(await figure(sombra, "sombra_kept_bytes")).toBeGreaterThanOrEqual(4_500_000);
    for (const response of waiting) response.end("ok");
    const ledger = await settled(sombra, 4);
    expect([ledger.skipped, ledger.compared]).toMatchObject([
      { total: 1, "queue-full": 1 },
      { total: 3, match: 3 },
    ]);
    await nothingKept(sombra);
  } finally {
    await opened.close();
  }
});

test("answers that together are larger than what is kept reach the client whole and are queue-full, not too large", async () => {
  const opened = new Opened();
  try {
    const large = said(randomBytes(3_000_000), "application/octet-stream");
    const { sombra } = await worldIn(
      opened,
      { legacy: (_, response) => say(response, large), candidate: (_, response) => say(response, large) },
      { SOMBRA_CONFIG: configOf("answers", `memory: { bodyBytes: 5000000 }\n${briefRoutes}`) },
    );
    for (let sent = 1; sent <= 2; sent += 1) {
      expect((await call(sombra.url, small())).body.equals(large.body)).toBe(true);
      const ledger = await settled(sombra, sent);
      expect(ledger.skipped).toEqual({ total: sent, "queue-full": sent });
      await nothingKept(sombra);
    }
  } finally {
    await opened.close();
  }
});

describe("after 160 deliveries of all kinds", () => {
  const opened = new Opened();
  afterAll(opened.close);

  test("nothing is pending, kept or connected, and no side was called twice", { timeout: 20_000 }, async () => {
    const arrived = new Map<string, () => void>();
    const legacySide: Behaviour = ({ url }, response) => {
      if (url.startsWith("/legacy-resets")) response.socket?.resetAndDestroy();
      else if (url.startsWith("/legacy-waits")) arrived.get(url)?.();
      else if (url.startsWith("/large-answer")) say(response, said(Buffer.alloc(500_000, "1")));
      else say(response, said("{}"));
    };
    const candidateSide: Behaviour = ({ url }, response) => {
      if (url.startsWith("/candidate-resets")) response.socket?.resetAndDestroy();
      else if (url.startsWith("/large-answer")) say(response, said(Buffer.alloc(500_000, "2")));
      else say(response, said('{"other":1}'));
    };
    const { legacy, candidate, sombra } = await worldIn(
      opened,
      { legacy: legacySide, candidate: candidateSide },
      {
        SOMBRA_CONFIG: configOf(
          "mixed",
          `legacy: { keepAliveMs: 200 }\ncandidate: { timeoutMs: 2000, keepAliveMs: 200 }\n${briefRoutes}`,
        ),
      },
    );
    const gone = (target: string, body: string, announced: number, until: Promise<void>): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect(sombra.port, "127.0.0.1", () => {
          socket.write(`POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: ${announced}\r\n\r\n${body}`, () => {
            void until.then(() => socket.destroy());
          });
        });
        socket.once("close", () => resolve("gone"));
      });
    const posted = async (target: string, options: CallOptions = small()): Promise<string> =>
      String((await call(sombra.url, { ...options, target })).status);
    const kinds: readonly (readonly [string, (target: string) => Promise<string>, string])[] = [
      ["/small", (target) => posted(target), "200"],
      ["/medium", (target) => posted(target, { body: Buffer.alloc(200_000, "x") }), "200"],
      ["/chunked", (target) => posted(target, { body: [Buffer.alloc(100_000, "x"), Buffer.from("y")] }), "200"],
      ["/large-answer", (target) => posted(target), "200"],
      ["/breaks-off", (target) => gone(target, "{", 100_000, Promise.resolve()), "gone"],
      [
        "/legacy-waits",
        (target) => gone(target, "{}", 2, new Promise((resolve) => arrived.set(target, resolve))),
        "gone",
      ],
      ["/legacy-resets", (target) => posted(target), "502"],
      ["/candidate-resets", (target) => posted(target), "200"],
    ];
    const count = 160;
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < count) {
        const i = next;
        next += 1;
        const [name, send, expected] = kinds[i % kinds.length] ?? ["", () => Promise.resolve(""), ""];
        expect(await send(`${name}/${i}`), name).toBe(expected);
      }
    };
    await Promise.all(Array.from({ length: 12 }, worker));

    const ledger = await settled(sombra, count);
    expect(ledger.skipped["client-gone"]).toBeGreaterThan(0);
    expect(ledger.failed["reset"]).toBeGreaterThan(0);
    expect(await figure(sombra, "sombra_items_pending")).toBe(0);
    await nothingKept(sombra);
    for (const side of [legacy, candidate]) {
      expect(new Set(side.seen.map(({ url }) => url)).size).toBe(side.seen.length);
      await expect.poll(() => side.connections, { timeout: 20_000 }).toBe(0);
    }
    expect(candidate.seen.filter(({ url }) => url.startsWith("/breaks-off"))).toEqual([]);
  });
});
