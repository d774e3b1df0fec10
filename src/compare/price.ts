/** Words that say a member is money, in the languages of the handlers' countries. */
const WORDS: ReadonlySet<string> = new Set([
  "amount",
  "amounts",
  "cost",
  "currency",
  "desconto",
  "descontos",
  "discount",
  "fee",
  "fees",
  "frete",
  "importe",
  "monto",
  "preco",
  "precio",
  "price",
  "prices",
  "saldo",
  "subtotal",
  "tax",
  "valor",
  "valores",
]);

/** The same few names come again and again. */
const MAX_KNOWN = 4_096;
const known = new Map<string, boolean>();

/** Longer ones are data. */
const MAX_NAME = 64;

/**
 * Whether what is in a member of this name is money: it has one of the words (`unit_price`, `totalAmount`, `amount_1000`,
 * `preço`), or ends in `total` or `total_value`.
 */
export function isPriceName(name: string): boolean {
  if (name.length > MAX_NAME) return false;
  let is = known.get(name);
  if (is === undefined) {
    const words = name
      .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
      .normalize("NFD")
      .replaceAll(/\p{M}/gu, "")
      .toLowerCase()
      .split(/[^a-z]+/)
      .filter((word) => word !== "");
    is = /(?:^| )total(?: value)?$/.test(words.join(" ")) || words.some((word) => WORDS.has(word));
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(name, is);
  }
  return is;
}
