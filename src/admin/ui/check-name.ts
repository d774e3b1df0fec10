import { catalogue } from "./locale.ts";
import type { View } from "./page.ts";

const texts = catalogue({
  configuration: ["configuration", "configuração"],
  records: ["records", "registros"],
  audit: ["audit", "auditoria"],
  rules: ["rules", "regras"],
  rule: ["rule", "regra"],
  comparison: ["comparison", "comparação"],
  divergences: ["divergences", "divergências"],
  sends: ["sends", "envios"],
  probe: ["probe", "sonda"],
  channel: ["channel", "canal"],
  "legacy's calls": ["legacy's calls", "chamadas do legacy"],
  "legacy's calls to": ["legacy's calls to", "chamadas do legacy a"],
});

/** What a check of `sombra doctor` is of: `orders: sends`, `channel ops`; what has a name of its own keeps it. */
export function checkName({ locale }: View, name: string): string {
  const at = name.lastIndexOf(": ");
  const [route, what] = at < 0 ? ["", name] : [name.slice(0, at + 2), name.slice(at + 2)];
  const words = new Map(Object.entries(texts.in(locale)));
  const alone = words.get(what);
  if (alone !== undefined) return route + alone;
  const of = what.slice(what.lastIndexOf(" ") + 1);
  const kind = words.get(what.slice(0, -of.length - 1));
  return kind === undefined ? name : `${route}${kind} ${of}`;
}
