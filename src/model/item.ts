/**
 * The unit that is decided and compared: one message or one status of a WhatsApp delivery; elsewhere the delivery itself.
 * `id` and `shopper` are personal data (a wamid contains the number): they stay in the process, records carry hashes.
 */
export interface Item {
  readonly id: string | null;
  /** A bounded word: `message.text`, `status.delivered`, `account_update`, `request`. Never free text. */
  readonly kind: string;
  readonly shopper: string | null;
}

/** What a delivery is about. */
export interface Identity {
  /** At least one. */
  readonly items: readonly Item[];
  /** The delivery names more than one shopper. */
  readonly mixed: boolean;
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

/** What a delivery is about; or that it is not the provider's, so that nothing in it is to be believed. */
export type Examined =
  | { readonly kind: "bad-signature" }
  | {
      readonly kind: "read";
      readonly identity: Identity;
      /** Its fields signed with the candidate's own secret; null: they suit the candidate as they came. */
      readonly candidateHeaders: readonly string[] | null;
    };

/** How a provider's deliveries look. */
export interface Profile {
  readonly name: string;
  /** Whether requests of this method make items; the others go to legacy in every mode. */
  makesItems(method: string): boolean;
  readonly identify: Identify;
  /** Whether the provider signed these bytes; null: that is not checked here. */
  readonly verify: ((head: RequestHead, body: Uint8Array) => boolean) | null;
  /** Verifies, and takes apart what is the provider's. Pure; never throws. */
  readonly examine: (head: RequestHead, body: Uint8Array) => Examined;
}
