import { readFileSync } from "node:fs";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, test } from "vitest";
import { Opened } from "../../test/support/opened.ts";
import { emailChannel, type EmailChannel } from "./email.ts";
import { aNotice } from "./sample.ts";
import type { Sent } from "./send.ts";

const opened = new Opened();
afterEach(opened.close);

const tls = (name: string): string =>
  readFileSync(new URL(`../../test/support/tls/localhost.${name}.pem`, import.meta.url), "utf8");

/** A mail server that keeps what it takes. */
async function startMail(options: SMTPServerOptions) {
  const taken: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    closeTimeout: 10,
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        taken.push(Buffer.concat(chunks).toString("utf8"));
        done(null);
      });
    },
    ...options,
  });
  // What a client breaks off is no fault of the test.
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  opened.add({ close: () => new Promise<void>((resolve) => server.close(() => resolve())) });
  return { port, taken };
}

function send(
  port: number,
  smtp: Partial<EmailChannel["smtp"]> = {},
  to = ["ops@shop.example", "ana@shop.example"],
): Promise<Sent> {
  const channel: EmailChannel = {
    from: "Sombra <sombra@shop.example>",
    to,
    smtp: { host: "localhost", port, security: "none", ca: null, user: null, password: null, ...smtp },
  };
  return emailChannel(channel)({ key: "audit-7-00c0ffee:mail", notice: aNotice() }, AbortSignal.timeout(4_000));
}

describe("mail", () => {
  test("goes out as text and HTML, with an id that stays the same", async () => {
    const server = await startMail({});
    expect(await send(server.port)).toEqual({ kind: "sent", said: expect.stringMatching(/^250 /) });
    await send(server.port);
    const [first = "", second = ""] = server.taken;
    expect(first).toMatch(/^From: Sombra <sombra@shop.example>\r$/m);
    expect(first).toMatch(/^To: ops@shop.example, ana@shop.example\r$/m);
    expect(first).toMatch(/^Subject: \[critical\] checkout: rolled back to shadow\r$/m);
    expect(first).toMatch(/^Content-Type: multipart\/alternative/m);
    expect(first).toMatch(/^Content-Type: text\/plain/m);
    expect(first).toMatch(/^Content-Type: text\/html/m);
    expect(first).toMatch(/^X-Sombra-Idempotency-Key: audit-7-00c0ffee:mail\r$/im);
    const idOf = (mail: string): string => /^Message-ID: (<[\da-f]{32}@shop.example>)/im.exec(mail)?.[1] ?? "";
    expect(idOf(first)).not.toBe("");
    expect(idOf(second)).toBe(idOf(first));
  });

  test("that nobody may get is refused for good, without a word of who", async () => {
    const server = await startMail({
      onRcptTo({ address }, _session, done) {
        done(
          address.startsWith("gone") ? Object.assign(new Error(`no mailbox ${address}`), { responseCode: 550 }) : null,
        );
      },
    });
    const gone = await send(server.port, {}, ["gone@shop.example"]);
    expect(gone).toEqual({ kind: "refused", why: expect.stringContaining("550") });
    expect(JSON.stringify(gone)).not.toContain("shop.example");
    expect(await send(server.port, {}, ["ops@shop.example", "gone@shop.example"])).toEqual({
      kind: "refused",
      why: "1 of 2 recipients were refused, the others have it",
    });
    expect(server.taken).toHaveLength(1);
  });

  test("that is put off, or not answered, is tried again", async () => {
    const busy = await startMail({
      onMailFrom: (_address, _session, done) => done(Object.assign(new Error("later"), { responseCode: 451 })),
    });
    expect(await send(busy.port)).toMatchObject({ kind: "failed", why: expect.stringContaining("451") });
    const hanging = await startMail({ onConnect: () => undefined });
    const channel = emailChannel({
      from: "a@b.example",
      to: ["c@d.example"],
      smtp: { host: "localhost", port: hanging.port, security: "none", ca: null, user: null, password: null },
    });
    const sent = await channel({ key: "k", notice: aNotice() }, AbortSignal.timeout(300));
    expect(sent).toMatchObject({ kind: "failed" });
  });

  test("is encrypted where that is asked for, with who it is told only then", async () => {
    const logins: string[] = [];
    const secured: SMTPServerOptions = {
      disabledCommands: [],
      key: tls("key"),
      cert: tls("cert"),
      authOptional: false,
      onAuth({ username, password }, session, done) {
        logins.push(`${username} ${password} ${session.secure}`);
        if (password === "right") done(null, { user: username });
        else done(Object.assign(new Error("no"), { responseCode: 535 }));
      },
    };
    const server = await startMail(secured);
    const login = { security: "starttls", ca: tls("cert"), user: "sombra", password: "right" } as const;
    expect(await send(server.port, login)).toMatchObject({ kind: "sent" });
    expect(logins).toEqual(["sombra right true"]);
    expect(await send(server.port, { ...login, password: "wrong" })).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("535"),
    });
    const implicit = await startMail({ ...secured, secure: true });
    expect(await send(implicit.port, { ...login, security: "tls" })).toMatchObject({ kind: "sent" });
    // A certificate that nobody vouches for, and a server that cannot encrypt.
    expect(await send(server.port, { ...login, ca: null })).toMatchObject({ kind: "failed" });
    const plain = await startMail({});
    expect(await send(plain.port, { security: "starttls" })).toMatchObject({
      kind: expect.stringMatching(/failed|refused/),
    });
    expect(plain.taken).toEqual([]);
  });
});
