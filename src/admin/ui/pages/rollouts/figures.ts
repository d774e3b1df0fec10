import { html } from "hono/html";
import { catalogue } from "../../locale.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { figureText } from "./gate-words.ts";

/** Figures that a gate said something by, each by its name in the API and in words where there are any. */
export function figuresList(view: View, figures: Readonly<Record<string, number>>): Markup | null {
  const entries = Object.entries(figures);
  if (entries.length === 0) return null;
  return html`<dl class="figures">
    ${entries.map(([name, value]) => {
      const words = wordsOf(view, name);
      return html`<div>
        <dt><code>${name}</code>${words === null ? null : ` ${words}`}</dt>
        <dd>${figureText(view, value)}</dd>
      </div>`;
    })}
  </dl>`;
}

/** Of `slow.K` those of `K`. */
function wordsOf({ locale }: View, name: string): string | null {
  const own = name.slice(name.lastIndexOf(".") + 1);
  const known = new Map(Object.entries(figureTexts.in(locale)));
  return known.get(own) ?? null;
}

const figureTexts = catalogue({
  K: ["bad cells", "células ruins"],
  N: ["cells", "células"],
  b: ["candidate alone", "só o candidate"],
  c: ["the other alone", "só o outro"],
  estimate: ["share that is bad", "parcela ruim"],
  from: ["interval from", "intervalo de"],
  to: ["interval to", "intervalo até"],
  budget: ["put up with", "tolerado"],
  effect: ["excess", "excesso"],
  minEffect: ["too small to matter", "pequeno demais para importar"],
  lnE: ["evidence that it is bad, ln", "evidência de que é ruim, ln"],
  lnENeeded: ["evidence that fails, ln", "evidência que reprova, ln"],
  lnEGood: ["evidence that it is good, ln", "evidência de que é bom, ln"],
  itemsK: ["bad items", "itens ruins"],
  itemsN: ["items", "itens"],
  itemsB: ["items, candidate alone", "itens, só o candidate"],
  itemsC: ["items, the other alone", "itens, só o outro"],
  value: ["value", "valor"],
  min: ["at least", "no mínimo"],
  max: ["at most", "no máximo"],
  inARow: ["failures in a row", "falhas seguidas"],
  drift: ["differences", "diferenças"],
  instances: ["instances", "instâncias"],
  share: ["share of the former", "parcela dos primeiros"],
});
