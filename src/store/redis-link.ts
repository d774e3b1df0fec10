import { setTimeout as delay } from "node:timers/promises";
import { giveUp, type CommandClient } from "./redis-clients.ts";

const FIRST_RETRY_MS = 25;
const MAX_RETRY_MS = 500;

export interface RedisLinkOptions<Client> {
  readonly open: () => Client;
  /** Makes a client that is connected fit for use; the link is up once this resolves. */
  readonly prepare: (client: Client) => Promise<unknown>;
  readonly up: () => void;
  /** How long a client may take to become ready. */
  readonly connectMs: number;
}

type State<Client> =
  | { readonly kind: "opening"; readonly client: Client; readonly late: NodeJS.Timeout }
  | { readonly kind: "up"; readonly client: Client }
  | { readonly kind: "waiting"; readonly timer: NodeJS.Timeout }
  | { readonly kind: "closed" };

/** Keeps one client connected: what ends, or is dropped for being silent, is replaced by a new one. */
export class RedisLink<Client extends CommandClient> {
  readonly #options: RedisLinkOptions<Client>;
  #state: State<Client>;
  /** Tries since the link was last up. */
  #tries = 0;
  /** What the newest client complained of. */
  #why: unknown = null;
  #waiters: (() => void)[] = [];

  constructor(options: RedisLinkOptions<Client>) {
    this.#options = options;
    this.#state = this.#open();
  }

  /** The client in use; null: there is none, see `why`. */
  async client(maxMs: number): Promise<Client | null> {
    if (this.#state.kind === "opening") {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, maxMs);
        this.#waiters.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return this.#state.kind === "up" ? this.#state.client : null;
  }

  /** Why there is no client: an error of the connection; null: it neither came about nor failed. */
  get why(): unknown {
    return this.#why;
  }

  /** Gives this client up, if it is still the one in use. */
  drop(client: Client, why: unknown): void {
    const state = this.#state;
    if ((state.kind !== "up" && state.kind !== "opening") || state.client !== client) return;
    if (state.kind === "opening") clearTimeout(state.late);
    this.#why ??= why;
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** this.#tries, MAX_RETRY_MS) * (0.5 + Math.random() / 2);
    this.#tries += 1;
    this.#state = { kind: "waiting", timer: setTimeout(() => (this.#state = this.#open()), waitMs).unref() };
    giveUp(client);
    this.#wake();
  }

  /** Gives up whatever client there is: it was silent for too long. */
  dropCurrent(why: unknown): void {
    if (this.#state.kind === "up" || this.#state.kind === "opening") this.drop(this.#state.client, why);
  }

  async close(): Promise<void> {
    const state = this.#state;
    this.#state = { kind: "closed" };
    this.#wake();
    if (state.kind === "waiting") clearTimeout(state.timer);
    if (state.kind === "opening") clearTimeout(state.late);
    if (state.kind !== "opening" && state.kind !== "up") return;
    const { client } = state;
    const ended = new Promise((resolve) => client.once("end", resolve));
    giveUp(client);
    await Promise.race([ended, delay(100, undefined, { ref: false })]);
  }

  #open(): State<Client> {
    const { open, prepare, up, connectMs } = this.#options;
    const client = open();
    this.#why = null;
    const isCurrent = (): boolean => this.#state.kind === "opening" && this.#state.client === client;
    const blame = (error: unknown): void => {
      if (isCurrent()) this.#why = error;
    };
    client.on("error", blame);
    client.on("node error", blame);
    client.once("end", () => this.drop(client, new Error("Connection is closed")));
    client.once("ready", () => {
      prepare(client).then(
        () => {
          if (this.#state.kind !== "opening" || !isCurrent()) return;
          clearTimeout(this.#state.late);
          this.#state = { kind: "up", client };
          this.#tries = 0;
          this.#why = null;
          this.#wake();
          up();
        },
        (error: unknown) => this.drop(client, error),
      );
    });
    return { kind: "opening", client, late: setTimeout(() => this.drop(client, null), connectMs).unref() };
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
