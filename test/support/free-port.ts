import { createServer } from "node:net";

/** Below what systems give out themselves (32,768 on Linux, 49,152 elsewhere): whoever asks for any port gets none of these. */
const [lowest, count] = [10_000, 12_000];

/** Those that this process has asked for already. */
const given = new Set<number>();

/** A port that nobody listens on now, and that stays free until it is used; or this one, and rejects where somebody does. */
export async function freePort(wanted?: number): Promise<number> {
  if (wanted !== undefined) return listenable(wanted);
  for (;;) {
    const port = lowest + Math.floor(Math.random() * count);
    if (given.has(port)) continue;
    given.add(port);
    const free = await listenable(port).catch(() => null);
    if (free !== null) return free;
  }
}

function listenable(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(port)));
  });
}
