import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { faults, refusingUrl, startFaulty, type FaultName } from "../support/fault.ts";
import { settled } from "../support/figures.ts";
import { exchange, parseMessage, rawServer, requestComplete } from "../support/raw.ts";
import { json, post, startSide, textFrom } from "../support/side.ts";
import { briefRoutes, startSombra, type LedgerAnswer, type Sombra } from "../support/sombra.ts";

const on = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" };
const shadowOnly = { ...on, WHATSAPP_DUAL_RUN: "false" };
const dir = mkdtempSync(join(tmpdir(), "sombra-config-"));
const config = join(dir, "sombra.yaml");
/** A short limit, so that what waits for it is soon over. */
writeFileSync(config, `candidate: { timeoutMs: 300 }\n${briefRoutes}`);
/** What comes to an end by itself has its time: on a busy machine that may be more than the short limit. */
const patient = join(dir, "patient.yaml");
writeFileSync(patient, briefRoutes);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});
const tracked = <T extends { close(): Promise<unknown> }>(one: T): T => {
  open.push(one);
  return one;
};
async function sombraWith(env: Readonly<Record<string, string>>): Promise<Sombra> {
  const sombra = await startSombra({ SOMBRA_CONFIG: config, ...env });
  open.push({ close: () => sombra.stop() });
  return sombra;
}

/** An answer with every peculiarity that must survive. */
const legacyAnswer = Buffer.from(
  "HTTP/1.1 200 Fine\r\nX-Odd-CASE: a\r\nX-Twice: 1\r\nX-Twice: 2\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\n\xe9\xe0\xff ok",
  "latin1",
);
const request = (body: string): string =>
  `POST /webhook HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const withoutOurs = (bytes: Buffer): string =>
  JSON.stringify({
    ...parseMessage(bytes),
    headers: parseMessage(bytes).headers.filter(([name]) => name.toLowerCase() !== "connection"),
  });

const expected: Record<FaultName | "refuses", Readonly<Record<string, number>>> = {
  refuses: { refused: 1 },
  "never reads": { timeout: 1 },
  hangs: { timeout: 1 },
  resets: { reset: 1 },
  "resets in mid-answer": { reset: 1 },
  "closes in mid-answer": { reset: 1 },
  "answers garbage": { "bad-answer": 1 },
  "answers a broken chunk": { "bad-answer": 1 },
  "trickles for ever": { timeout: 1 },
};

describe.each([
  ["dual-run", on],
  ["shadow", shadowOnly],
])("a candidate in %s that", (_, flags) => {
  const names: readonly (FaultName | "refuses")[] = ["refuses", ...(Object.keys(faults) as FaultName[])];
  test.each(names)("%s changes no byte of legacy's answer and is in the ledger", async (fault) => {
    const legacy = tracked(await rawServer((bytes) => (requestComplete(bytes) ? legacyAnswer : null)));
    const candidateUrl = fault === "refuses" ? await refusingUrl() : tracked(await startFaulty(fault)).url;
    const sombra = await sombraWith({
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: candidateUrl,
      ...("timeout" in expected[fault] ? {} : { SOMBRA_CONFIG: patient }),
      ...flags,
    });
    const body = textFrom("447700900123") + " ".repeat(fault === "never reads" ? 3_000_000 : 0);
    const answer = await exchange(sombra.port, request(body));
    expect(withoutOurs(answer)).toBe(withoutOurs(legacyAnswer));
    const ledger = await settled(sombra, 1);
    expect(ledger.failed).toEqual({ total: 1, ...expected[fault] });
    const { groups } = await sombra.get<{ groups: { kind: string; severity: string }[] }>("/api/divergences");
    expect(groups).toMatchObject([{ kind: "failed", severity: "critical" }]);
  });
});

describe("a candidate in trouble", () => {
  test("is left alone by the breaker, and tried again", async () => {
    const breaker = join(dir, "breaker.yaml");
    writeFileSync(breaker, `candidate: { breaker: { failures: 2, openMs: 200 } }\n${briefRoutes}`);
    const legacy = tracked(await startSide(json(200, {})));
    const sombra = await sombraWith({
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: await refusingUrl(),
      ...on,
      SOMBRA_CONFIG: breaker,
    });
    for (let i = 1; i <= 3; i += 1) {
      await post(sombra.url, textFrom(`44770090012${i}`, `wamid.${i}`));
      await settled(sombra, i);
    }
    expect(await settled(sombra, 3)).toMatchObject({ failed: { refused: 2 }, skipped: { "breaker-open": 1 } });
    // The breaker's own clock: it lets one call try as soon as it is half open.
    await expect
      .poll(
        async () => {
          await post(sombra.url, textFrom("447700900123"));
          const ledger = await sombra.until<LedgerAnswer>("/api/ledger", ({ pending }) => pending === 0);
          return ledger.failed["refused"];
        },
        { timeout: 5_000 },
      )
      .toBe(3);
  });

  test("costs only itself when it is overrun: what does not fit is shed and counted", async () => {
    const small = join(dir, "small.yaml");
    writeFileSync(small, `candidate: { timeoutMs: 1000, concurrency: 2, queueItems: 3 }\n${briefRoutes}`);
    const legacy = tracked(await startSide(json(200, {})));
    const candidate = tracked(await startFaulty("hangs"));
    const sombra = await sombraWith({
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: candidate.url,
      ...on,
      SOMBRA_CONFIG: small,
    });
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => post(sombra.url, textFrom(`44770090012${i}`, `wamid.${i}`))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200));
    const ledger = await settled(sombra, 12);
    expect(ledger.skipped).toMatchObject({ "queue-full": 7 });
    expect(ledger.failed).toEqual({ total: 5, timeout: 5 });
  });
});

describe("legacy", () => {
  test("dead gives 502, never a made-up success, and the candidate's answer stays out of it", async () => {
    const candidate = tracked(await startSide(json(200, { by: "candidate" })));
    const sombra = await sombraWith({
      SOMBRA_LEGACY_URL: await refusingUrl(),
      SOMBRA_CANDIDATE_URL: candidate.url,
      ...on,
    });
    const answer = await post(sombra.url, textFrom("447700900123"));
    expect(answer.status).toBe(502);
    expect(await answer.text()).not.toContain("candidate");
    const ledger = await settled(sombra, 1);
    expect(ledger.compared).toMatchObject({ total: 1, divergent: 1 });
    const { groups } = await sombra.get<{ groups: { kind: string }[] }>("/api/divergences");
    expect(groups).toMatchObject([{ kind: "legacy-failed" }]);
  });

  test("failing exactly as the candidate does is a match", async () => {
    const sombra = await sombraWith({
      SOMBRA_LEGACY_URL: await refusingUrl(),
      SOMBRA_CANDIDATE_URL: await refusingUrl(),
      ...on,
    });
    expect((await post(sombra.url, textFrom("447700900123"))).status).toBe(502);
    expect((await settled(sombra, 1)).compared).toMatchObject({ total: 1, match: 1 });
  });

  test.each(["resets in mid-answer", "closes in mid-answer"] as const)(
    "%s: the client's connection breaks too, so that half an answer is not taken for a whole one",
    async (fault) => {
      const legacy = tracked(await startFaulty(fault));
      const sombra = await sombraWith({ SOMBRA_LEGACY_URL: legacy.url });
      const read = post(sombra.url, textFrom("1")).then((answer) => answer.text());
      await expect(read).rejects.toThrow();
    },
  );

  test("is not called any longer when its client has gone", async () => {
    const legacy = tracked(await startFaulty("hangs"));
    const sombra = await sombraWith({
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: await refusingUrl(),
      ...shadowOnly,
    });
    const socket = connect(sombra.port, "127.0.0.1", () => socket.write(request(textFrom("447700900123"))));
    await expect.poll(() => legacy.connections).toBe(1);
    socket.destroy();
    await expect.poll(() => legacy.connections).toBe(0);
    const ledger = await settled(sombra, 1);
    expect(ledger.skipped).toEqual({ total: 1, "client-gone": 1 });
  });

  test("gets a body as it arrives, before its end", async () => {
    let seen = "";
    const arrived = Promise.withResolvers<void>();
    const legacy = tracked(
      await rawServer((bytes) => {
        seen = bytes.toString("latin1");
        if (seen.includes("first half")) arrived.resolve();
        return requestComplete(bytes) ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" : null;
      }),
    );
    const sombra = await sombraWith({
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: await refusingUrl(),
      ...on,
    });
    const socket = connect(sombra.port, "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 21\r\nConnection: close\r\n\r\nfirst half");
    await arrived.promise;
    const done = new Promise<void>((resolve) => socket.once("end", () => resolve()).resume());
    socket.write("second half");
    await done;
    expect(seen).toMatch(/first halfsecond half$/);
  });

  test("may answer before it has read: the answer arrives and the connection stays usable", async () => {
    const legacy = tracked(
      await rawServer((bytes) =>
        bytes.includes("\r\n\r\n") ? "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n" : null,
      ),
    );
    const sombra = await sombraWith({
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: await refusingUrl(),
      ...shadowOnly,
    });
    const socket = connect(sombra.port, "127.0.0.1");
    let text = "";
    const answers = (count: number): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (text.split("HTTP/1.1 413").length > count) resolve();
        };
        socket.on("data", look);
        look();
      });
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    for (let i = 1; i <= 2; i += 1) {
      // Towards legacy the head goes out with the first piece of the body.
      socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n${"x".repeat(1000)}`);
      await answers(i);
      socket.write("x".repeat(999_000));
    }
    socket.destroy();
    await settled(sombra, 2);
  });

  test("closing idle connections costs no request anything: ours are let go of first", async () => {
    const idle = join(dir, "idle.yaml");
    writeFileSync(idle, "legacy: { keepAliveMs: 20 }\n");
    // Like gunicorn, legacy closes a connection on which nothing comes for a while.
    const closed: ("legacy" | "sombra")[] = [];
    let connection = Promise.withResolvers<void>();
    const legacy = tracked(
      await rawServer((bytes, socket) => {
        if (!requestComplete(bytes)) return null;
        let by: "legacy" | "sombra" = "sombra";
        socket.setTimeout(1_000, () => {
          by = "legacy";
          socket.end();
        });
        socket.once("end", () => {
          closed.push(by);
          connection.resolve();
        });
        return "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
      }),
    );
    const sombra = await sombraWith({ SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CONFIG: idle });
    for (let sent = 1; sent <= 5; sent += 1) {
      connection = Promise.withResolvers();
      expect((await post(sombra.url, "{}")).status).toBe(200);
      await connection.promise;
    }
    expect(closed).toEqual(Array.from({ length: 5 }, () => "sombra"));
  });

  test("gives connections back: one that is free carries the next request", async () => {
    const legacy = tracked(
      await rawServer((bytes) => (requestComplete(bytes) ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" : null)),
    );
    const sombra = await sombraWith({ SOMBRA_LEGACY_URL: legacy.url });
    for (let sent = 1; sent <= 5; sent += 1) expect((await post(sombra.url, "{}")).status).toBe(200);
    expect([legacy.received.length, legacy.requests.length]).toEqual([1, 5]);
  });
});
