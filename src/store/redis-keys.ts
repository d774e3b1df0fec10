/** All keys carry one hash tag, so that a cluster keeps them on one node, where a script can reach them. */
const TAG = "{sombra}";

export const keys = {
  /** Hash: `schema`, position, `kill`, `hashKey`, and how much the others hold. */
  meta: `${TAG}:meta`,
  /** Hash: records by key. */
  flags: `${TAG}:flags`,
  /** Hash: numbers of members by list. */
  lists: `${TAG}:lists`,
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

/** Of what is kept under these keys. */
export const REDIS_SCHEMA = 1;
