import { expect, it } from "vitest";
import { isPriceName } from "./price.ts";

it.each([
  ["price", true],
  ["unit_price", true],
  ["totalAmount", true],
  ["amount_1000", true],
  ["grand_total", true],
  ["total", true],
  ["total_value", true],
  ["totalValue", true],
  ["valor", true],
  ["valorUnitario", true],
  ["preço", true],
  ["prec\u0327o", true],
  ["PREÇO", true],
  ["preco", true],
  ["desconto", true],
  ["valor_frete", true],
  ["saldo", true],
  ["monto", true],
  ["importe", true],
  ["total_count", false],
  ["value", false],
  ["valoracao", false],
  ["priceless", false],
  ["status", false],
  ["coffee", false],
  ["taxi", false],
  ["saldos_e_promocoes_x".repeat(4), false],
])("%s: %s", (name, is) => {
  expect(isPriceName(name)).toBe(is);
});
