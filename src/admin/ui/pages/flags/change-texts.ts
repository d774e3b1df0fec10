import { catalogue } from "../../locale.ts";

export const changeTexts = catalogue({
  preview: ["Preview", "Pré-visualizar"],
  save: ["Save", "Salvar"],
  whoChanges: ["Who changes", "Quem muda"],
  turnsOn: ["turns on for", "liga para"],
  turnsOff: ["turns off for", "desliga para"],
  nobody: ["nobody", "ninguém"],
  share: [(share: string) => `${share} of the shoppers`, (share: string) => `${share} dos shoppers`],
  named: [
    (n: string) => (n === "1" ? "1 shopper that a list names" : `${n} shoppers that lists name`),
    (n: string) => (n === "1" ? "1 shopper que uma lista cita" : `${n} shoppers que listas citam`),
  ],
  less: ["less than 0.001 %", "menos de 0,001 %"],
  and: ["and", "e"],
  listChange: [
    (list: string, came: string, went: string) => `${list}: ${came} put on, ${went} taken off`,
    (list: string, came: string, went: string) => `${list}: ${came} incluídos, ${went} retirados`,
  ],
  audienceOf: [(name: string) => `audience ${name}`, (name: string) => `audience ${name}`],
  cutOver: [
    (route: string, who: string) =>
      `On the route ${route} this cuts over ${who}: the candidate answers them from then on.`,
    (route: string, who: string) => `Na rota ${route} isto faz cutover de ${who}: passa a responder o candidate.`,
  ],
  takenBack: [
    (route: string, who: string) => `On the route ${route} legacy answers again for ${who}.`,
    (route: string, who: string) => `Na rota ${route} o legacy volta a responder por ${who}.`,
  ],
  nobodyElse: ["Nobody is cut over or taken back.", "Ninguém passa por cutover nem volta."],
  askCut: ["This is a cutover. Is it meant?", "Isto é um cutover. É essa a intenção?"],
  confirm: [(who: string) => `Cut over ${who}`, (who: string) => `Fazer cutover de ${who}`],
  checks: ["Checked before a cutover", "Verificado antes de um cutover"],
  checksFail: [
    "Checks fail, so this is refused. Break the glass, with a reason, to do it all the same.",
    "Há verificações com falha, por isso é recusado. Quebre o vidro, com motivo, para fazer assim mesmo.",
  ],
  cutRefused: ["Refused: say it as a cutover", "Recusado: diga como cutover"],
  refused: ["Refused", "Recusado"],
  invalid: ["This cannot be saved", "Não dá para salvar"],
  unchanged: [
    "Everything is already as wanted: there is nothing to save.",
    "Tudo já está como se quer: não há o que salvar.",
  ],
  saved: [(what: string) => `${what} is saved and in force.`, (what: string) => `${what} está salvo e em vigor.`],
  gone: [(what: string) => `${what} is deleted.`, (what: string) => `${what} foi excluída.`],
  needsReason: ["Say why, in a sentence: the audit keeps it.", "Diga o porquê, em uma frase: a auditoria guarda."],
  longReason: ["A reason has at most 1,000 characters.", "Um motivo tem no máximo 1.000 caracteres."],
  breakGlass: ["Break the glass: do it although it is refused", "Quebrar o vidro: fazer apesar da recusa"],
  conflict: ["Somebody else changed it meanwhile", "Outra pessoa mudou enquanto isso"],
  conflictHow: [
    "What you typed is kept. Fields that you did not touch stay as they are now; where both changed the same, yours is written if you save again.",
    "O que você digitou fica. Campos que você não tocou ficam como estão agora; onde ambos mudaram o mesmo, vale o seu se salvar de novo.",
  ],
  conflictOther: [
    "Something else changed while you looked: look at the figures again.",
    "Outra coisa mudou enquanto você olhava: confira os números de novo.",
  ],
  notTold: [
    "What was changed cannot be told now: the audit does not answer.",
    "Não dá para dizer o que mudou: a auditoria não responde.",
  ],
  what: ["What was changed", "O que mudou"],
  unknown: ["It is not there any more.", "Não existe mais."],
  notYet: ["Nothing is written yet.", "Nada foi escrito ainda."],
  removedFlag: ["the record goes", "o registro some"],
  back: ["Cancel", "Cancelar"],
});
