import { z } from "zod";
import { createKeyedHash } from "../../../compare/index.ts";
import type { Note } from "../../../registry/index.ts";
import { createSeal } from "./seal.ts";

/** How names of persons are noted: under keyed hashes, sealed, so that without the key nobody learns anything. */
export interface AliasNotes {
  /** Of the note that says who an id is. */
  keyOf(id: string): string;
  /** Of the note that says which ids lead to a shopper: what is to be found when the shopper is to be erased. */
  namesKeyOf(shopper: string): string;
  alias(id: string, shopper: string, untilMs: number): Note;
  names(shopper: string, ids: readonly string[], untilMs: number): Note;
  /** null: of another key. */
  readAlias(value: string): string | null;
  readNames(value: string): readonly string[];
}

/** Nobody has more; a note has 4 KiB. */
const maxNames = 16;

const namesForm = z.array(z.string());

export function createAliasNotes(hashKey: string): AliasNotes {
  const hash = createKeyedHash(hashKey);
  const seal = createSeal(() => [hashKey], "sombra alias");
  const keyOf = (id: string): string => hash(`alias\n${id}`);
  const namesKeyOf = (shopper: string): string => hash(`names\n${shopper}`);
  return {
    keyOf,
    namesKeyOf,
    alias: (id, shopper, untilMs) => ({ space: "alias", key: keyOf(id), value: seal.close(shopper), untilMs }),
    names: (shopper, ids, untilMs) => {
      const value = seal.close(JSON.stringify(ids.slice(-maxNames)));
      return { space: "alias", key: namesKeyOf(shopper), value, untilMs };
    },
    readAlias: (value) => seal.open(value),
    readNames(value) {
      const text = seal.open(value);
      return text === null ? [] : (namesForm.safeParse(JSON.parse(text)).data ?? []);
    },
  };
}
