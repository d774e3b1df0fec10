import { catalogue } from "../../locale.ts";

export const incidentTexts = catalogue({
  title: ["Incidents", "Incidentes"],
  about: [
    "Something that is wrong outside. While a critical one is open, no rollout advances.",
    "Algo que está errado lá fora. Enquanto houver um crítico aberto, nenhum rollout avança.",
  ],
  openOne: ["Open an incident", "Abrir um incidente"],
  open: ["Open", "Abertos"],
  closed: ["Closed", "Fechados"],
  none: ["None is open.", "Nenhum aberto."],
  noneClosed: ["None was closed yet.", "Nenhum fechado ainda."],
  blocking: [
    (n: string) =>
      n === "1"
        ? "1 critical incident keeps every rollout from advancing."
        : `${n} critical incidents keep every rollout from advancing.`,
    (n: string) =>
      n === "1"
        ? "1 incidente crítico impede todo rollout de avançar."
        : `${n} incidentes críticos impedem todo rollout de avançar.`,
  ],
  what: ["What happened, in a line", "O que aconteceu, em uma linha"],
  whatHelp: [
    "Kept in the audit and in reports. Name no shopper.",
    "Fica na auditoria e nos relatórios. Não cite shoppers.",
  ],
  severity: ["Severity", "Severidade"],
  reason: ["Reason", "Motivo"],
  reasonHelp: ["If there is more to say. The audit keeps it.", "Se houver mais a dizer. A auditoria guarda."],
  howHelp: ["What ended it. The audit keeps it.", "O que o encerrou. A auditoria guarda."],
  report: ["Open it", "Abrir"],
  close: ["Close", "Fechar"],
  closeAsk: [(id: string) => `Close ${id}?`, (id: string) => `Fechar ${id}?`],
  closeMeans: ["Rollouts that waited for it go on.", "Rollouts que esperavam por ele seguem."],
  reopen: ["Open again", "Reabrir"],
  reopenAsk: [(id: string) => `Open ${id} again?`, (id: string) => `Reabrir ${id}?`],
  reopenMeans: [
    "If it is critical, no rollout advances until it is closed.",
    "Se for crítico, nenhum rollout avança até ser fechado.",
  ],
  openedBy: ["Opened", "Aberto"],
  closedBy: ["Closed", "Fechado"],
  opened: [(id: string) => `${id} is open.`, (id: string) => `${id} está aberto.`],
  shut: [(id: string) => `${id} is closed.`, (id: string) => `${id} está fechado.`],
  wrong: ["That was not done", "Isto não foi feito"],
  moved: ["Somebody changed it meanwhile: look again.", "Alguém o mudou enquanto isso: olhe de novo."],
  unknown: ["There is no incident of this id.", "Não existe incidente com este id."],
  cancel: ["Cancel", "Cancelar"],
});
