import { catalogue } from "../../locale.ts";

export const historyTexts = catalogue({
  history: ["History", "Histórico"],
  none: ["Nobody has changed it in the store.", "Ninguém a mudou no store."],
  away: ["The audit cannot be read now.", "Não dá para ler a auditoria agora."],
  older: ["Older", "Mais antigas"],
  revert: ["Put back", "Desfazer"],
  revertLabel: [
    (n: string) => `Put back what was before change ${n}`,
    (n: string) => `Voltar ao que havia antes da mudança ${n}`,
  ],
  revertTitle: [(key: string) => `Put ${key} back`, (key: string) => `Voltar ${key}`],
  revertMeans: [
    "The flag is written as it was before this change. What came after it in the same fields goes too.",
    "A flag é escrita como estava antes desta mudança. O que veio depois nos mesmos campos também se desfaz.",
  ],
  stays: [
    (lists: string) =>
      `The audit keeps members of lists as hashes only: ${lists} cannot be put back from it, and stays as it is.`,
    (lists: string) => `A auditoria guarda membros só como hashes: ${lists} não pode ser restaurada, e fica como está.`,
  ],
  revertSave: ["Put back", "Desfazer"],
  gone: ["That change is not in the audit.", "Esta mudança não está na auditoria."],
  change: ["The change", "A mudança"],
  reason: ["Reason", "Motivo"],
  noReason: ["no reason given", "sem motivo"],
});
