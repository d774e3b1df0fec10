import type { Redis } from "ioredis";
import { keys } from "./redis-keys.ts";
import { RedisLink } from "./redis-link.ts";

const BEAT = "beat";
const CHECKS_PER_SILENCE = 3;

export interface RedisSubscriptionOptions {
  readonly open: () => Redis;
  readonly publish: (message: string) => Promise<unknown>;
  readonly moved: () => void;
  readonly connectMs: number;
  readonly beatMs: number;
  /** So long without a message, and the connection is taken for dead. */
  readonly silentMs: number;
}

/**
 * Hears that something was written. A connection that a firewall forgot is silent without an error, so every instance
 * publishes a beat, and one that hears none subscribes anew. What was missed meanwhile is looked up, not sent again.
 */
export class RedisSubscription {
  readonly #link: RedisLink<Redis>;
  readonly #timers: readonly NodeJS.Timeout[];
  #heardAt = performance.now();

  constructor({ open, publish, moved, connectMs, beatMs, silentMs }: RedisSubscriptionOptions) {
    this.#link = new RedisLink({
      open,
      connectMs,
      prepare: (client) => {
        client.on("message", (_channel, message) => {
          this.#heardAt = performance.now();
          if (message !== BEAT) moved();
        });
        return client.subscribe(keys.channel);
      },
      up: () => {
        this.#heardAt = performance.now();
        moved();
      },
    });
    const beat = (): void => {
      publish(BEAT).catch(() => {
        // Redis is away: the commands say so, and the silence is seen below.
      });
    };
    const check = (): void => {
      if (performance.now() - this.#heardAt < silentMs) return;
      this.#heardAt = performance.now();
      this.#link.dropCurrent(null);
    };
    this.#timers = [setInterval(beat, beatMs).unref(), setInterval(check, silentMs / CHECKS_PER_SILENCE).unref()];
  }

  close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    return this.#link.close();
  }
}
