import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { startRedis, type RedisServer } from "../support/redis.ts";
import { redisArchive, type ArchivePlace } from "./archive-place.ts";
import { archiveContract } from "./archive.contract.ts";

let server: RedisServer;

beforeAll(async () => {
  server = await startRedis("--rdbcompression", "no");
});

afterAll(() => server.close());

async function place(): Promise<ArchivePlace> {
  await server.cli("FLUSHALL");
  return {
    address: server.url,
    open: (options) => redisArchive(server.url, options),
    async raw() {
      await server.cli("SAVE");
      const directory = (await server.cli("CONFIG", "GET", "dir")).split("\n")[1] ?? "";
      return readFile(join(directory, "dump.rdb"));
    },
    makeNewer: async () => void (await server.cli("HSET", "{sombra}:archive:head", "schema", "99")),
    close: () => Promise.resolve(),
  };
}

archiveContract("redis", place);
