/**
 * The unit that is decided and compared: one message or one status of a WhatsApp delivery; elsewhere the delivery itself.
 * `id`, `shopper` and `person` are personal data (a wamid contains the number): they stay in the process, records carry hashes.
 */
export interface Item {
  /** What the same item bears when it is delivered again; null: it cannot be told (a plain request). */
  readonly id: string | null;
  /** A bounded word: `message.text`, `status.delivered`, `account_update`, `request`. Never free text. */
  readonly kind: string;
  /** Whom the flags decide for. */
  readonly shopper: string | null;
  /** The same person as the provider knows them, by whose id what is sent to them goes; null: not known. */
  readonly person: string | null;
  /** The business's phone number id it came to; null: unknown. */
  readonly phone: string | null;
  /** Of a status, and of an event of a call that the business placed: the id that the send was answered with; null: of neither. */
  readonly about: string | null;
}

/** What a delivery is about: at least one item, in the order of its bytes. */
export interface Identity {
  readonly items: readonly Item[];
}

/** The request line and header of a delivery, as received. */
export interface RequestHead {
  readonly method: string;
  /** Request target, as received. */
  readonly target: string;
  /** Name, value, name, value, in the order and case received. */
  readonly rawHeaders: readonly string[];
}

/** Takes a delivery apart. Pure; never throws: what it cannot read is one item without shopper. */
export type Identify = (head: RequestHead, body: Uint8Array) => Identity;

/** A delivery taken apart, by what it says itself. */
export interface TakenApart {
  readonly identity: Identity;
  /** Ids that it shows to be one person's, the one to go by first; usually none. For `Profile.resolve`. */
  readonly persons: readonly (readonly string[])[];
}

/** What a delivery is about; or that it is not the provider's, so that nothing in it is to be believed. */
export type Examined =
  | { readonly kind: "bad-signature" }
  | ({
      readonly kind: "read";
      /** Its fields signed with the candidate's own secret; null: they suit the candidate as they came. */
      readonly candidateHeaders: readonly string[] | null;
    } & TakenApart);

/** A delivery cut down to some of its items: its bytes, and its fields signed anew. */
export interface Part {
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

/** What to take from a delivery, for whom. */
export interface PartOf {
  /** Indices of items, ascending. */
  readonly items: readonly number[];
  readonly side: "legacy" | "candidate";
  /** Ids that go under another name, by the name they came under: all of them are in it. */
  readonly renamed?: ReadonlyMap<string, string>;
}

/** How a provider's deliveries look. */
export interface Profile {
  readonly name: string;
  /** Whether requests of this method make items; the others go to legacy in every mode. */
  makesItems(method: string): boolean;
  readonly identify: Identify;
  /** Verifies, and takes apart what is the provider's. Pure; never throws. */
  readonly examine: (head: RequestHead, body: Uint8Array) => Examined;
  /**
   * Whose the items are, by all that deliveries before this one have shown of persons; remembers what this one shows.
   * To be asked once, on the data plane's thread, whichever thread examined. Never throws.
   */
  readonly resolve: (taken: TakenApart) => Identity;
  /** Ids of persons of whom `resolve` knows no number: worth asking others before it is asked. Never throws. */
  readonly nameless: (taken: TakenApart) => readonly string[];
  /** Whom the flags decide for where a message to this number is meant; null: that cannot be told by the number. Pure. */
  readonly shopperOf: (number: string) => string | null;
  /** null: it cannot be cut, or not signed anew. Pure; never throws. */
  readonly part: (head: RequestHead, body: Uint8Array, of: PartOf) => Part | null;
}
