import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { faults, refusingUrl, startFaulty, type FaultName, type FaultyServer } from "../support/fault.ts";
import { growth, ledgerOf, settled } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { exchange, parseMessage, rawServer, requestComplete, type RawServer } from "../support/raw.ts";
import { json, post, startSide, textFrom, type SideServer } from "../support/side.ts";
import { briefRoutes, startSombra, type LedgerAnswer, type Sombra } from "../support/sombra.ts";

const on = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" };
const dir = mkdtempSync(join(tmpdir(), "sombra-config-"));
/** A short limit, so that what waits for it is soon over. */
const brief = "candidate: { timeoutMs: 300 }\n";
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
  const sombra = await startSombra(env);
  open.push({ close: () => sombra.stop() });
  return sombra;
}

/** An answer with every peculiarity that must survive. */
const legacyAnswer = Buffer.from(
  "HTTP/1.1 200 Fine\r\nX-Odd-CASE: a\r\nX-Twice: 1\r\nX-Twice: 2\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\n\xe9\xe0\xff ok",
  "latin1",
);
const request = (body: string, path = "/webhook"): string =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const withoutOurs = (bytes: Buffer): string =>
  JSON.stringify({
    ...parseMessage(bytes),
    headers: parseMessage(bytes).headers.filter(([name]) => name.toLowerCase() !== "connection"),
  });

const expected: Record<FaultName | "refuses", string> = {
  refuses: "refused",
  "never reads": "timeout",
  hangs: "timeout",
  resets: "reset",
  "resets in mid-answer": "reset",
  "closes in mid-answer": "reset",
  "answers garbage": "bad-answer",
  "answers a broken chunk": "bad-answer",
  "trickles for ever": "timeout",
};

interface RouteOf {
  readonly name: string;
  readonly legacy: string;
  readonly candidate: string;
  readonly mode?: "dual-run" | "shadow" | "off";
}

/** With a route for each at `/name`, whose flags and breaker are its own. */
function sombraOf(held: Opened, settings: string, routes: readonly RouteOf[]): Promise<Sombra> {
  const flags: Record<string, string> = {};
  const lines = routes.map(({ name, legacy, candidate, mode = "dual-run" }) => {
    const flag = `FLAG_${name.toUpperCase()}`;
    if (mode !== "off") flags[flag] = "true";
    if (mode === "shadow") flags[`${flag}_DUAL_RUN`] = "false";
    const at = `name: ${name}, match: { path: /${name} }, flags: { enabled: ${flag} }`;
    return `  - { ${at}, legacy: "${legacy}", candidate: "${candidate}", settle: { quietMs: 100 } }\n`;
  });
  const file = join(mkdtempSync(join(dir, "routes-")), "sombra.yaml");
  writeFileSync(file, `${settings}routes:\n${lines.join("")}`);
  return held.sombra({ SOMBRA_CONFIG: file, ...flags });
}

interface Group {
  readonly route: string;
  readonly kind: string;
  readonly severity: string;
  readonly count: number;
}
async function groupsOf(sombra: Sombra, route: string): Promise<readonly Group[]> {
  const { groups } = await sombra.get<{ groups: Group[] }>("/api/divergences");
  return groups.filter((group) => group.route === route);
}

const names: readonly (FaultName | "refuses")[] = ["refuses", ...(Object.keys(faults) as FaultName[])];
const modes = ["dual-run", "shadow"] as const;
const routeOf = (mode: string, fault: FaultName | "refuses"): string => `${mode.slice(0, 4)}_${names.indexOf(fault)}`;

describe("a candidate", () => {
  const shared = new Opened();
  let limited: Sombra;
  let patient: Sombra;

  beforeAll(async () => {
    const { url: legacy } = shared.add(await rawServer((bytes) => (requestComplete(bytes) ? legacyAnswer : null)));
    const that = async (fault: FaultName | "refuses"): Promise<readonly RouteOf[]> => {
      const candidate = fault === "refuses" ? await refusingUrl() : shared.add(await startFaulty(fault)).url;
      return modes.map((mode) => ({ name: routeOf(mode, fault), legacy, candidate, mode }));
    };
    const waits = (fault: FaultName | "refuses"): boolean => expected[fault] === "timeout";
    const ends = names.filter((fault) => !waits(fault));
    limited = await sombraOf(shared, brief, (await Promise.all(names.filter(waits).map(that))).flat());
    // What comes to an end by itself has its time: on a busy machine that may be more than the short limit.
    patient = await sombraOf(shared, "", (await Promise.all(ends.map(that))).flat());
  });
  afterAll(shared.close);

  describe.each(modes)("in %s that", (mode) => {
    test.each(names)("%s changes no byte of legacy's answer and is in the ledger", async (fault) => {
      const sombra = expected[fault] === "timeout" ? limited : patient;
      const before = await ledgerOf(sombra);
      const body = textFrom("447700900123") + " ".repeat(fault === "never reads" ? 3_000_000 : 0);
      const answer = await exchange(sombra.port, request(body, `/${routeOf(mode, fault)}`));
      expect(withoutOurs(answer)).toBe(withoutOurs(legacyAnswer));
      expect(growth(before, await settled(sombra, before.received + 1))).toEqual({ [`failed ${expected[fault]}`]: 1 });
      expect(await groupsOf(sombra, routeOf(mode, fault))).toMatchObject([
        { kind: "failed", severity: "critical", count: 1 },
      ]);
    });
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
        { timeout: 20_000 },
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
  const shared = new Opened();
  let sombra: Sombra;
  let candidate: SideServer;
  let hanging: FaultyServer;
  let listener: RawServer;
  let free: RawServer;
  let heard = "";
  const arrived = Promise.withResolvers<void>();
  beforeAll(async () => {
    candidate = shared.add(await startSide(json(200, { by: "candidate" })));
    hanging = shared.add(await startFaulty("hangs"));
    listener = shared.add(
      await rawServer((bytes) => {
        heard = bytes.toString("latin1");
        if (heard.includes("first half")) arrived.resolve();
        return requestComplete(bytes) ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" : null;
      }),
    );
    const early = shared.add(
      await rawServer((bytes) =>
        bytes.includes("\r\n\r\n") ? "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n" : null,
      ),
    );
    free = shared.add(
      await rawServer((bytes) => (requestComplete(bytes) ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" : null)),
    );
    const refusing = await refusingUrl();
    const torn = shared.add(await startFaulty("resets in mid-answer"));
    const cut = shared.add(await startFaulty("closes in mid-answer"));
    sombra = await sombraOf(shared, brief, [
      { name: "dead", legacy: refusing, candidate: candidate.url },
      { name: "both", legacy: refusing, candidate: await refusingUrl() },
      { name: "resets", legacy: torn.url, candidate: refusing, mode: "off" },
      { name: "closes", legacy: cut.url, candidate: refusing, mode: "off" },
      { name: "hangs", legacy: hanging.url, candidate: refusing, mode: "shadow" },
      { name: "listens", legacy: listener.url, candidate: refusing },
      { name: "early", legacy: early.url, candidate: refusing, mode: "shadow" },
      { name: "free", legacy: free.url, candidate: refusing, mode: "off" },
    ]);
  });
  afterAll(shared.close);

  test("dead gives 502, never a made-up success, and the candidate's answer stays out of it", async () => {
    const before = await ledgerOf(sombra);
    const answer = await post(`${sombra.url}/dead`, textFrom("447700900123"));
    expect(answer.status).toBe(502);
    expect(await answer.text()).not.toContain("candidate");
    expect(growth(before, await settled(sombra, before.received + 1))).toEqual({ "compared divergent": 1 });
    expect(await groupsOf(sombra, "dead")).toMatchObject([{ kind: "legacy-failed" }]);
  });

  test("failing exactly as the candidate does is a match", async () => {
    const before = await ledgerOf(sombra);
    expect((await post(`${sombra.url}/both`, textFrom("447700900123"))).status).toBe(502);
    expect(growth(before, await settled(sombra, before.received + 1))).toEqual({ "compared match": 1 });
  });

  test.each([
    ["resets", "in mid-answer"],
    ["closes", "in mid-answer"],
  ])(
    "%s %s: the client's connection breaks too, so that half an answer is not taken for a whole one",
    async (route) => {
      const { received } = await ledgerOf(sombra);
      const read = post(`${sombra.url}/${route}`, textFrom("1")).then((answer) => answer.text());
      await expect(read).rejects.toThrow();
      await settled(sombra, received + 1);
    },
  );

  test("is not called any longer when its client has gone", async () => {
    const before = await ledgerOf(sombra);
    const sent = request(textFrom("447700900123"), "/hangs");
    const socket = connect(sombra.port, "127.0.0.1", () => socket.write(sent));
    await expect.poll(() => hanging.connections).toBe(1);
    socket.destroy();
    await expect.poll(() => hanging.connections).toBe(0);
    expect(growth(before, await settled(sombra, before.received + 1))).toEqual({ "skipped client-gone": 1 });
  });

  test("gets a body as it arrives, before its end", async () => {
    const { received } = await ledgerOf(sombra);
    const socket = connect(sombra.port, "127.0.0.1");
    socket.write("POST /listens HTTP/1.1\r\nHost: a\r\nContent-Length: 21\r\nConnection: close\r\n\r\nfirst half");
    await arrived.promise;
    const done = new Promise<void>((resolve) => socket.once("end", () => resolve()).resume());
    socket.write("second half");
    await done;
    expect(heard).toMatch(/first halfsecond half$/);
    await settled(sombra, received + 1);
  });

  test("may answer before it has read: the answer arrives and the connection stays usable", async () => {
    const { received } = await ledgerOf(sombra);
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
      socket.write(`POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n${"x".repeat(1000)}`);
      await answers(i);
      socket.write("x".repeat(999_000));
    }
    socket.destroy();
    await settled(sombra, received + 2);
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
    const own = await sombraWith({ SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CONFIG: idle });
    for (let sent = 1; sent <= 5; sent += 1) {
      connection = Promise.withResolvers();
      expect((await post(own.url, "{}")).status).toBe(200);
      await connection.promise;
    }
    expect(closed).toEqual(Array.from({ length: 5 }, () => "sombra"));
  });

  test("gives connections back: one that is free carries the next request", async () => {
    for (let sent = 1; sent <= 5; sent += 1) expect((await post(`${sombra.url}/free`, "{}")).status).toBe(200);
    expect([free.received.length, free.requests.length]).toEqual([1, 5]);
  });
});
