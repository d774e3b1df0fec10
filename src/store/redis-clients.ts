import { Cluster, Redis, type RedisOptions } from "ioredis";
import type { RedisTarget } from "../lib/redis-url.ts";

export type CommandClient = Redis | Cluster;

export interface RedisClients {
  /** For commands: talks to whoever is primary for our keys. */
  readonly command: () => CommandClient;
  /** For a subscription: of a cluster, one node after the other, as each passes on what is published at any. */
  readonly subscriber: () => Redis;
}

/**
 * Clients that try once: a connection that is lost or silent is replaced whole by its link, in every kind of Redis alike.
 * Nothing is queued or sent again behind the back of whoever asked.
 */
export function redisClients(target: RedisTarget, connectMs: number): RedisClients {
  const options = {
    protocol: 2,
    connectionName: "sombra",
    disableClientInfo: true,
    connectTimeout: connectMs,
    disconnectTimeout: 50,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    db: target.db,
    ...(target.username === null ? {} : { username: target.username }),
    ...(target.password === null ? {} : { password: target.password }),
    ...(target.tls ? { tls: {} } : {}),
  } satisfies RedisOptions;
  const once = { ...options, retryStrategy: null, enableOfflineQueue: false } satisfies RedisOptions;
  switch (target.kind) {
    case "single": {
      const open = (): Redis => new Redis({ ...once, ...target.address });
      return { command: open, subscriber: open };
    }
    case "sentinel": {
      const { username, password } = target.sentinel;
      const open = (): Redis =>
        new Redis({
          ...once,
          sentinels: target.sentinels.map((address) => ({ ...address })),
          name: target.master,
          sentinelRetryStrategy: () => null,
          sentinelCommandTimeout: connectMs,
          ...(username === null ? {} : { sentinelUsername: username }),
          ...(password === null ? {} : { sentinelPassword: password }),
          ...(target.tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
        });
      return { command: open, subscriber: open };
    }
    case "cluster": {
      let next = 0;
      return {
        command: () =>
          new Cluster(
            target.nodes.map((node) => ({ ...node })),
            {
              clusterRetryStrategy: () => null,
              enableOfflineQueue: false,
              redisOptions: options,
              // Certificates bear names.
              ...(target.tls ? { dnsLookup: (address, callback) => callback(null, address) } : {}),
            },
          ),
        subscriber: () => {
          const node = target.nodes[next % target.nodes.length];
          next += 1;
          return new Redis({ ...once, ...node });
        },
      };
    }
  }
}

/** Ends a client. In the middle of a TLS handshake that is an error of its socket, which ioredis 6 leaves to nobody. */
export function giveUp(client: CommandClient): void {
  for (const { stream } of client instanceof Cluster ? client.nodes() : [client]) ignoreErrors(stream);
  client.disconnect();
}

/** `undefined`: before the first attempt to connect, whatever ioredis' types say. */
function ignoreErrors(stream: Redis["stream"] | undefined): void {
  stream?.on("error", () => undefined);
}
