import { catalogue } from "../../locale.ts";

export const auditTexts = catalogue({
  title: ["Audit", "Auditoria"],
  about: [
    "Who changed what, when and why, the newest first. Nothing in it can be changed: each entry holds the hash of the one before.",
    "Quem mudou o quê, quando e por quê, do mais novo ao mais antigo. Nada aqui pode ser mudado: cada entrada guarda o hash da anterior.",
  ],
  filter: ["Filter", "Filtrar"],
  subject: ["Flag, audience, rollout …", "Flag, audience, rollout …"],
  actor: ["Who", "Quem"],
  action: ["What", "O quê"],
  any: ["anything", "qualquer coisa"],
  from: ["From (UTC)", "De (UTC)"],
  to: ["To (UTC)", "Até (UTC)"],
  clear: ["Clear", "Limpar"],
  export: ["Export as JSON", "Exportar como JSON"],
  check: ["Check integrity", "Verificar integridade"],
  checking: ["Checking …", "Verificando …"],
  holds: [
    (n: string) => `${n} entries, each follows from the one before: nothing was taken out or altered.`,
    (n: string) => `${n} entradas, cada uma segue da anterior: nada foi retirado nem alterado.`,
  ],
  broken: [
    (seq: string, n: string) => `Entry ${seq} of ${n} does not follow from the one before, or is not what was written.`,
    (seq: string, n: string) => `A entrada ${seq} de ${n} não segue da anterior, ou não é o que foi escrito.`,
  ],
  none: ["No entry fits.", "Nenhuma entrada corresponde."],
  older: ["Older", "Mais antigas"],
  newest: ["Newest", "Mais novas"],
  away: ["The audit cannot be read now", "Não dá para ler a auditoria agora"],
  entries: ["Entries", "Entradas"],
  change: [(n: string) => `What entry ${n} changed`, (n: string) => `O que a entrada ${n} mudou`],
  details: ["What was changed", "O que mudou"],
  all: ["everything", "tudo"],
  version: [(n: string) => `version ${n}`, (n: string) => `versão ${n}`],
  badFilter: ["This filter cannot be read", "Este filtro não pode ser lido"],
});
