import type { KeyedHash } from "./keyed-hash.ts";

/** A place in a document: names are strings, array indexes numbers. Linked, so that siblings share their way down. */
export interface Path {
  readonly parent: Path | null;
  readonly key: string | number;
}

/** A path as it may be shown. */
export interface Place {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  /** The same without what varies from item to item: indexes are `*`, hidden names `{*}`. */
  readonly general: string;
}

/** Beyond this many characters a pointer ends in `/**`: somewhere below. Long nests must not make long records. */
const MAX_POINTER = 1024;
const BELOW = "/**";

const ROOT: Place = { pointer: "", general: "" };

/** Renders paths of one comparison; what siblings share is rendered once. */
export function createPlaces(hash: KeyedHash): (path: Path) => Place {
  const places = new Map<Path, Place>();
  const names = new Map<string, Place>();

  const segmentOf = (key: string | number): Place => {
    if (typeof key === "number") return { pointer: `/${key}`, general: "/*" };
    let segment = names.get(key);
    if (segment === undefined) {
      segment = isPlainName(key)
        ? { pointer: `/${key}`, general: `/${key}` }
        : { pointer: `/{${hash(key)}}`, general: "/{*}" };
      names.set(key, segment);
    }
    return segment;
  };

  const placeOf = (path: Path): Place => {
    const known = places.get(path);
    if (known !== undefined) return known;
    const parent = path.parent === null ? ROOT : placeOf(path.parent);
    const place = below(parent, path.key, segmentOf);
    places.set(path, place);
    return place;
  };
  return placeOf;
}

function below(parent: Place, key: string | number, segmentOf: (key: string | number) => Place): Place {
  if (parent.pointer.endsWith(BELOW)) return parent;
  if (parent.pointer.length > MAX_POINTER) {
    return { pointer: parent.pointer + BELOW, general: parent.general + BELOW };
  }
  const segment = segmentOf(key);
  return { pointer: parent.pointer + segment.pointer, general: parent.general + segment.general };
}

/** No `~` and no `/` among these, so a plain name needs no escape in a pointer. */
const PLAIN_NAME = /^[A-Za-z_$][A-Za-z0-9_$.:-]{0,63}$/;
const MAX_DIGITS = 4;
const TOKEN_LENGTH = 16;

/**
 * Whether a member name is a word of the document's shape rather than data (a map from phone number to name, say).
 * Hidden are: whatever is no identifier-like word (e-mail addresses, accents, spaces, numbers), names with more than
 * four digits in all (phone numbers however they are cut, UUIDs, hex), wamids, and long names with digits here and
 * there (random tokens).
 */
export function isPlainName(name: string): boolean {
  return PLAIN_NAME.test(name) && !/^wamid\./i.test(name) && !(/\d/.test(name) && hasTooManyDigits(name));
}

function hasTooManyDigits(name: string): boolean {
  const runs = name.match(/\d+/g) ?? [];
  if (runs.join("").length > MAX_DIGITS) return true;
  return name.length >= TOKEN_LENGTH && (runs.length > 1 || (/[a-z]/.test(name) && /[A-Z]/.test(name)));
}
