import { StoreError, type StoreFault } from "../registry/index.ts";

const FORBIDDEN = "refuses the user what Sombra needs: allow all commands on keys and channels '{sombra}:*'";

/** By the word that a Redis error begins with. The rest of it may quote arguments: shoppers, or a password. */
const REPLIES: Readonly<Record<string, readonly [StoreFault, string]>> = {
  NOAUTH: ["unreachable", "wants a password: put it into the URL"],
  WRONGPASS: ["unreachable", "refuses the user or the password of the URL"],
  NOPERM: ["unreachable", FORBIDDEN],
  DENIED: ["unreachable", "is in protected mode and refuses other machines: set a password, or bind it to an address"],
  LOADING: ["unreachable", "is loading its data"],
  MASTERDOWN: ["unreachable", "is a replica that has lost its primary"],
  CLUSTERDOWN: ["unreachable", "is a cluster that is down: not all of its slots are served"],
  MOVED: ["unreachable", "is part of a cluster: begin the URL with redis+cluster://"],
  READONLY: ["read-only", "is a replica and takes no writes: name the primary in the URL, or use redis+sentinel://"],
  OOM: ["read-only", "is out of memory and takes no writes: raise maxmemory"],
  MISCONF: ["read-only", "cannot save to its disk and takes no writes: see its log"],
  NOREPLICAS: ["read-only", "takes no writes, as too few of its replicas are there"],
  BUSY: ["busy", "is held by a long script"],
  TRYAGAIN: ["busy", "is moving keys between its nodes"],
  WRONGTYPE: ["corrupt", "has a key of Sombra that holds something else: see '{sombra}:*'"],
};

/** Redis errors that begin with no word of their own, by what they contain. */
const PHRASES: readonly (readonly [RegExp, StoreFault, string])[] = [
  // In a script there is no word of its own.
  [/ACL failure|can't run this command|can't access/i, "unreachable", FORBIDDEN],
  // Quotes what the last of them said.
  [/sentinels are unreachable/i, "unreachable", "has no sentinel that answers and knows the master: see the URL"],
  [/cluster support disabled/i, "unreachable", "is no cluster: begin the URL with redis:// or redis+sentinel://"],
  [/unknown command/i, "unreachable", "lacks a command that Sombra needs: Redis 6.2 or later is wanted"],
  [/max number of clients/i, "unreachable", "has no connection free: raise maxclients"],
  [/DB index is out of range/i, "unreachable", "has no database of that number"],
  [
    /invalid password|without any password|called without/i,
    "unreachable",
    "refuses the user or the password of the URL",
  ],
  [/XADD/, "corrupt", "has an audit or log that goes on beyond its position: see '{sombra}:audit'"],
];

/** `error`: null where nothing is known but that no answer came in time. */
export function redisFault(error: unknown, name: string): StoreError {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) return new StoreError("unreachable", `Redis '${name}' does not answer`);
  if ("lastNodeError" in error && error.lastNodeError instanceof Error) return redisFault(error.lastNodeError, name);
  const [fault, what] = faultOf(error);
  return new StoreError(fault, `Redis '${name}' ${what}`);
}

function faultOf(error: Error): readonly [StoreFault, string] {
  const reply = REPLIES[firstWord(error)];
  if (reply !== undefined) return reply;
  const phrase = PHRASES.find(([pattern]) => pattern.test(error.message));
  if (phrase !== undefined) return [phrase[1], phrase[2]];
  if ("code" in error && typeof error.code === "string") return ["unreachable", `cannot be reached: ${error.code}`];
  if (/connection|writeable|closed|startup nodes|slots/i.test(error.message)) {
    return ["unreachable", "has closed the connection, or is not ready yet"];
  }
  return ["unreachable", `fails: ${firstWord(error)}`];
}

/** Whether the server is the wrong one to talk to, so that another connection may find the right one. */
export function isMisplaced(error: unknown): boolean {
  return error instanceof Error && ["READONLY", "MASTERDOWN", "LOADING"].includes(firstWord(error));
}

function firstWord(error: Error): string {
  return /^[A-Za-z]+/.exec(error.message)?.[0] ?? "unknown error";
}
