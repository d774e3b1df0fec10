import { createServer, type RequestListener } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { ask, AskError } from "./ask.ts";

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

/** Where somebody listened. */
async function closed(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

const shape = z.object({ ok: z.boolean() });
const says = (status: number, body: string) =>
  listen((_, answer) => void answer.writeHead(status, { connection: "close" }).end(body));
const problem = (members: object): string => JSON.stringify({ type: "about:blank", title: "Bad request", ...members });

test("a question is asked with token, header fields and body, below the path of the base", async () => {
  const seen: unknown[] = [];
  const base = await listen((request, answer) => {
    const { method, url, headers } = request;
    seen.push([method, url, headers.authorization, headers["x-sombra-actor"], headers["content-type"]]);
    request.pipe(answer);
  });
  const headers = { "x-sombra-actor": "command:ana" };
  const asked = { path: "/api/x", method: "POST", token: "t", headers, body: { ok: true }, shape };
  expect(await ask({ ...asked, base: `${base}/sombra/` })).toEqual({ ok: true });
  expect(seen).toEqual([["POST", "/sombra/api/x", "Bearer t", "command:ana", "application/json"]]);
});

test.each([
  [400, problem({ detail: "percent must be 5" }), "percent must be 5"],
  [
    400,
    problem({
      detail: "a; b",
      problems: [
        { where: "a", is: "1", must: "2" },
        { where: "b", is: "3", must: "4" },
      ],
    }),
    "2 things are wrong\n  a must be 2: it is 1\n  b must be 4: it is 3",
  ],
  [401, problem({ detail: "Send a token" }), "Send a token: set SOMBRA_ADMIN_TOKEN"],
  [502, "<html>", "GET /api/x was refused with 502"],
  [200, "<html>", "does not answer /api/x as the admin port of a Sombra: set SOMBRA_ADMIN_URL"],
  [200, '{"ok": 1}', "does not answer /api/x as the admin port of a Sombra: set SOMBRA_ADMIN_URL"],
])("%i with %s is an error that says what to do", async (status, body, message) => {
  const base = await says(status, body);
  const asked = ask({ base, path: "/api/x?shopper_id=15550100001", shape });
  await expect(asked).rejects.toThrow(AskError);
  await expect(asked).rejects.toThrow(message);
  await expect(asked).rejects.not.toThrow("15550100001");
});

test("what breaks off, hangs, is not there or is no address is told apart", async () => {
  const why = async (base: string, timeoutMs = 5_000): Promise<string> => {
    const error: unknown = await ask({ base, path: "/", timeoutMs, shape }).catch((thrown: unknown) => thrown);
    return error instanceof AskError ? error.message : "no error";
  };
  expect(await why(await listen((request) => void request.socket.destroy()))).toMatch(/^no whole answer from http/);
  expect(await why(await listen(() => {}), 50)).toMatch(/^no answer in time from http/);
  expect(await why(await closed())).toMatch(/^nothing listens at http/);
  expect(await why("http://me:hunter2@127.0.0.1:8081")).toBe(
    "http://127.0.0.1:8081 has a user or a password in it: put the token into SOMBRA_ADMIN_TOKEN",
  );
  expect(await why("not-an-address")).toMatch(/^not-an-address is no address: set SOMBRA_ADMIN_URL/);
});
