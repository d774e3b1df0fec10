import { once } from "node:events";
import { connect } from "node:net";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { listenAdmin } from "./listen.ts";
import { ask } from "./sample.ts";

const here = { host: "127.0.0.1", port: 0 };

describe("an admin port", () => {
  it("in use is refused with what to do", async () => {
    const first = await listenAdmin(new Hono(), here);
    await expect(listenAdmin(new Hono(), { ...here, port: first.port })).rejects.toThrow(
      `Admin port ${first.port} on 127.0.0.1 is in use: end what listens there, or set SOMBRA_ADMIN_PORT to another port`,
    );
    await first.close();
  });

  it("on an address that is not ours is refused by name", async () => {
    await expect(listenAdmin(new Hono(), { host: "192.0.2.1", port: 0 })).rejects.toThrow(
      "on 192.0.2.1 cannot be opened (EADDRNOTAVAIL): check SOMBRA_ADMIN_HOST",
    );
  });

  it("answers what cannot be read with a problem", async () => {
    const admin = await listenAdmin(new Hono(), here);
    const { status, headers } = await ask(admin.port, "/", { headers: { host: "a b" } });
    expect(status).toBe(400);
    expect(headers["content-type"]).toBe("application/problem+json");
    await admin.close();
  });

  it("lets go of idle connections at once and of calls that do not end within a second", async () => {
    const called = Promise.withResolvers<void>();
    const app = new Hono().get("/", () => {
      called.resolve();
      return new Promise<Response>(() => {});
    });
    const admin = await listenAdmin(app, here);
    const idle = connect(admin.port, "127.0.0.1");
    const silent = connect(admin.port, "127.0.0.1");
    const calling = ask(admin.port, "/");
    const cut = expect(calling).rejects.toThrow("socket hang up");
    idle.write("GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await Promise.all([once(idle, "data"), once(silent, "connect"), called.promise]);
    const started = performance.now();
    const ended = Promise.all([once(idle.resume(), "close"), once(silent.resume(), "close")]);
    await admin.close();
    await Promise.all([ended, cut]);
    expect(performance.now() - started).toBeLessThan(1_000);
    await expect(ask(admin.port, "/")).rejects.toThrow("ECONNREFUSED");
  });

  it("answers the calls under way before it closes", async () => {
    const called = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<Response>();
    const app = new Hono().get("/", () => {
      called.resolve();
      return answer.promise;
    });
    const admin = await listenAdmin(app, here);
    const calling = ask(admin.port, "/");
    await called.promise;
    const closed = admin.close();
    answer.resolve(new Response("done"));
    expect(await calling).toMatchObject({ status: 200, text: "done" });
    await closed;
  });
});
