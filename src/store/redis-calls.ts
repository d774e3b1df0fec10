import { StoreError } from "../registry/index.ts";
import type { CommandClient } from "./redis-clients.ts";
import { isMisplaced, redisFault } from "./redis-fault.ts";
import { RedisLink } from "./redis-link.ts";

export interface RedisCallsOptions {
  /** Without credentials. */
  readonly name: string;
  readonly open: () => CommandClient;
  readonly up: () => void;
  readonly limitMs: number;
  readonly connectMs: number;
}

/** Commands, each answered or rejected with a `StoreError` within its limit, whatever Redis does. */
export class RedisCalls {
  readonly #options: RedisCallsOptions;
  readonly #link: RedisLink<CommandClient>;

  constructor(options: RedisCallsOptions) {
    this.#options = options;
    const { open, up, connectMs } = options;
    this.#link = new RedisLink({ open, up, connectMs, prepare: () => Promise.resolve() });
  }

  async call(command: string, args: readonly (string | number)[]): Promise<unknown> {
    const { name, limitMs } = this.#options;
    const until = performance.now() + limitMs;
    const client = await this.#link.client(limitMs);
    if (client === null) throw redisFault(this.#link.why, name);
    const answer = Promise.withResolvers<unknown>();
    const late = new StoreError("unreachable", `Redis '${name}' did not answer within ${limitMs} ms`);
    // After a long stretch of work of this thread an answer may lie unread: it is read before this is said.
    const giveUp = (): void => void setImmediate(() => answer.reject(late));
    const timer = setTimeout(giveUp, Math.max(until - performance.now(), 1));
    client.call(command, [...args]).then(answer.resolve, answer.reject);
    try {
      return await answer.promise;
    } catch (error) {
      // A connection that is silent may be dead without knowing it.
      if (error === late || isMisplaced(error)) this.#link.drop(client, null);
      throw redisFault(error, name);
    } finally {
      clearTimeout(timer);
    }
  }

  get name(): string {
    return this.#options.name;
  }

  get limitMs(): number {
    return this.#options.limitMs;
  }

  close(): Promise<void> {
    return this.#link.close();
  }
}
