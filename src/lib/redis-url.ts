export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

interface Credentials {
  readonly username: string | null;
  readonly password: string | null;
}

interface Reached extends Credentials {
  readonly tls: boolean;
  readonly db: number;
}

/** Where a Redis is, and how to be let in. */
export type RedisTarget =
  | (Reached & { readonly kind: "single"; readonly address: RedisAddress })
  | (Reached & {
      readonly kind: "sentinel";
      readonly sentinels: readonly RedisAddress[];
      readonly master: string;
      /** The sentinels' own user and password, where they have any. */
      readonly sentinel: Credentials;
    })
  | (Reached & { readonly kind: "cluster"; readonly nodes: readonly RedisAddress[] });

export type ParsedRedisUrl =
  | { readonly ok: true; readonly target: RedisTarget }
  /** `problem` never shows any part of the credentials. */
  | { readonly ok: false; readonly problem: string };

const URL_PARTS =
  /^(?<scheme>[a-z+-]+):\/\/(?:(?<login>.*)@)?(?<hosts>[^/?#@]*)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/i;
const SCHEME = /^(?<tls>rediss?)(?:[+-](?<kind>sentinel|cluster))?$/i;
const ADDRESS = /^(?:\[(?<v6>[0-9a-f:.]+)\]|(?<name>[^:[\]\s]+))(?::(?<port>\d{1,5}))?$/i;
const FORMS =
  "redis://HOST:PORT/DB, rediss:// for TLS, redis+sentinel://HOST:PORT,HOST:PORT/MASTER/DB or redis+cluster://HOST:PORT,HOST:PORT";

/** Thrown and caught in this file only. */
class Unfit extends Error {}

export function parseRedisUrl(url: string): ParsedRedisUrl {
  try {
    return { ok: true, target: targetOf(url) };
  } catch (error) {
    if (error instanceof Unfit) return { ok: false, problem: error.message };
    throw error;
  }
}

function targetOf(url: string): RedisTarget {
  const parts = URL_PARTS.exec(url.trim())?.groups;
  const scheme = SCHEME.exec(parts?.["scheme"] ?? "")?.groups;
  if (parts === undefined || scheme === undefined) throw new Unfit(`Must be one of ${FORMS}`);
  const kind = scheme["kind"]?.toLowerCase() ?? "single";
  const path = (parts["path"] ?? "").split("/").filter((part) => part !== "");
  const common = { ...loginOf(parts["login"]), tls: scheme["tls"]?.toLowerCase() === "rediss" };
  const hosts = (parts["hosts"] ?? "").split(",");
  const query = new URLSearchParams(parts["query"] ?? "");
  if (kind === "sentinel") {
    const [master, db, ...rest] = path;
    if (master === undefined || rest.length > 0)
      throw new Unfit("Must name the master after the sentinels: /MASTER/DB");
    const sentinel = { username: query.get("sentinel_username"), password: query.get("sentinel_password") };
    query.delete("sentinel_username");
    query.delete("sentinel_password");
    refuseRest(query);
    const sentinels = hosts.map((host) => addressOf(host, 26_379));
    return { kind, ...common, db: dbOf(db), sentinels, master: decoded(master), sentinel };
  }
  refuseRest(query);
  if (path.length > 1) throw new Unfit("Must have nothing but the number of a database after the host");
  const db = dbOf(path[0]);
  const [address, ...others] = hosts.map((host) => addressOf(host, 6379));
  if (address === undefined) throw new Unfit("Must name a host");
  if (kind === "cluster") {
    if (db !== 0) throw new Unfit("Must not name a database: a cluster has only number 0");
    return { kind, ...common, db, nodes: [address, ...others] };
  }
  if (others.length > 0)
    throw new Unfit("Must name one host only: for several use redis+sentinel:// or redis+cluster://");
  return { kind: "single", ...common, db, address };
}

function refuseRest(query: URLSearchParams): void {
  if (query.size > 0)
    throw new Unfit("Must have no parameters but sentinel_username and sentinel_password of redis+sentinel://");
}

/** `user:password` or `:password`, percent-encoded where need be. */
function loginOf(login: string | undefined): Credentials {
  if (login === undefined || login === "") return { username: null, password: null };
  const colon = login.indexOf(":");
  if (colon < 0)
    throw new Unfit("Must have a colon before the password: redis://:PASSWORD@HOST or redis://USER:PASSWORD@HOST");
  const username = decoded(login.slice(0, colon));
  const password = decoded(login.slice(colon + 1));
  return { username: username === "" ? null : username, password: password === "" ? null : password };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Unfit("Must have a percent sign in user, password or name written as %25");
  }
}

function addressOf(text: string, defaultPort: number): RedisAddress {
  const groups = ADDRESS.exec(text)?.groups;
  const host = groups?.["v6"] ?? groups?.["name"];
  const port = Number(groups?.["port"] ?? defaultPort);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new Unfit("Must name each host as HOST or HOST:PORT, with a port from 1 to 65535");
  }
  return { host, port };
}

function dbOf(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^\d{1,5}$/.test(text)) throw new Unfit("Must name the database by a number from 0");
  return Number(text);
}

/** What a target is called in logs and errors: without credentials. */
export function redisName(target: RedisTarget): string {
  const scheme = target.tls ? "rediss" : "redis";
  const hosts = (addresses: readonly RedisAddress[]): string =>
    addresses.map(({ host, port }) => `${host.includes(":") ? `[${host}]` : host}:${port}`).join(",");
  switch (target.kind) {
    case "single":
      return `${scheme}://${hosts([target.address])}/${target.db}`;
    case "sentinel":
      return `${scheme}+sentinel://${hosts(target.sentinels)}/${target.master}/${target.db}`;
    case "cluster":
      return `${scheme}+cluster://${hosts(target.nodes)}`;
  }
}
