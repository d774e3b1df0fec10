/** All keys carry one hash tag, so that a cluster keeps them on one node, where a script can reach them. */
const TAG = "{sombra}";

export const keys = {
  /** Hash: `schema`, position, `kill`, `hashKey`, and how much the others hold. */
  meta: `${TAG}:meta`,
  /** Hash: records by key. */
  flags: `${TAG}:flags`,
  /** Hash: numbers of members by list. */
  lists: `${TAG}:lists`,
  /** Hash: records by id. */
  documents: `${TAG}:documents`,
  /** Stream of commits; ids are `<version>-0`. */
  log: `${TAG}:log`,
  /** Stream of audit entries; ids are `<seq>-0`. */
  audit: `${TAG}:audit`,
  /** Written to learn whether anything can be. */
  probe: `${TAG}:probe`,
  channel: `${TAG}:moved`,
  /** Set. */
  members: (list: string): string => `${TAG}:list:${list}`,
  /** String, until the note expires. */
  note: (space: string, key: string): string => `${TAG}:note:${space}:${key}`,
  /** String: when the last note of a space expires, until then. */
  latestNote: (space: string): string => `${TAG}:latest:${space}`,
  /** Set: a long list on its way in. */
  staged: (id: string): string => `${TAG}:staged:${id}`,
  /** The audit of a history that was replaced, by the hash of its last entry. */
  aside: (hash: string): string => `${TAG}:audit:until:${hash}`,
} as const;

/** Keys of the archive. `slot`: ten minutes, since the epoch. */
export const archiveKeys = {
  /** Hash: `schema`, and `bytes` of all exchanges. */
  head: `${TAG}:archive:head`,
  /** Hash: the last batch of each instance. */
  instances: `${TAG}:archive:instances`,
  /** Hash: counters by name and labels. */
  counts: `${TAG}:archive:counts`,
  /** Hash: groups by signature. */
  groups: `${TAG}:archive:groups`,
  /** Sorted set: signatures by when they were seen last. */
  seen: `${TAG}:archive:seen`,
  /** Sorted set: `<signature>|<shopper>` by slot. */
  shoppers: `${TAG}:archive:shoppers`,
  /** Stream: ids of exchanges in the order they came. */
  order: `${TAG}:archive:order`,
  /** Hash: exchanges by id; and where each is in the stream, how old and how long it is; and how many groups show it. */
  records: `${TAG}:archive:records`,
  places: `${TAG}:archive:places`,
  holders: `${TAG}:archive:holders`,
  /** Sorted set: exchanges with values, by when these are to go. */
  values: `${TAG}:archive:values`,
  /** Hash: `<both> <candidate only> <twin only> <ms when last seen>` by signature. */
  twin: `${TAG}:archive:twin`,
  /** Sorted set: slots of which cells are told apart. */
  slots: `${TAG}:archive:slots`,
  /** Hash: gravities by `<route>|<shopper>`. */
  cells: (slot: number): string => `${TAG}:archive:cells:${slot}`,
  /** Set: `<signature>|<shopper>`. */
  found: (slot: number): string => `${TAG}:archive:found:${slot}`,
  /** Hash: marks by `<stream>|<shopper>`. */
  marks: (slot: number): string => `${TAG}:archive:marks:${slot}`,
  /** Hash: what is known of the streams of a scope, see the script that writes it. */
  evidence: (scope: string): string => `${TAG}:archive:evidence:${scope}`,
  /** Sorted set: scopes by when something of them came last. */
  scopes: `${TAG}:archive:scopes`,
  /** Sorted set: `<stream>|<shopper>` by slot; hash: how many there are of each stream. */
  met: `${TAG}:archive:met`,
  metCounts: `${TAG}:archive:met:counts`,
} as const;

/** Keys of the journal of rollouts. */
export const journalKeys = {
  /** String, until it is over: its token and who holds it. */
  lease: `${TAG}:rollouts:lease`,
  /** String: the highest token that was given. */
  token: `${TAG}:rollouts:token`,
  /** String: what the leader keeps of a rollout from tick to tick. */
  progress: (rollout: string): string => `${TAG}:rollouts:progress:${rollout}`,
  /** List: when, and a checkpoint; the newest first. */
  checkpoints: (rollout: string): string => `${TAG}:rollouts:checkpoints:${rollout}`,
  /** String: what there is no need to look at again. */
  cursor: `${TAG}:outbox:cursor`,
  /** Hash: channel and message by key; sorted set: their keys in the order they came. */
  messages: `${TAG}:outbox:messages`,
  order: `${TAG}:outbox:order`,
} as const;

/** Of what is kept under these keys. */
export const REDIS_SCHEMA = 1;
