import { catalogue } from "../../locale.ts";

export const groupTexts = catalogue({
  gone: [
    "There is no divergence of this signature, or it has been let go.",
    "Não há divergência com esta assinatura, ou ela já foi descartada.",
  ],
  back: ["All divergences", "Todas as divergências"],
  facts: ["What is known of it", "O que se sabe"],
  found: ["Times", "Vezes"],
  foundMore: [
    (first: string, downstream: string, noise: string) =>
      `${first} by itself, ${downstream} may only follow from an earlier one (downstream), ${noise} noise`,
    (first: string, downstream: string, noise: string) =>
      `${first} por si, ${downstream} talvez só consequência de outra (downstream), ${noise} noise`,
  ],
  shoppers: ["Shoppers", "Shoppers"],
  cells: [
    (n: string) => (n === "1" ? "within one span of ten minutes" : `in ${n} spans of ten minutes`),
    (n: string) => (n === "1" ? "dentro de um período de dez minutos" : `em ${n} períodos de dez minutos`),
  ],
  noise: ["Legacy's own noise", "Noise do próprio legacy"],
  noTwinWhy: ["no twin did these items", "nenhum twin fez estes itens"],
  exceeds: ["the candidate differs more often", "o candidate difere mais vezes"],
  within: ["explained by the twin", "explicada pelo twin"],
  signature: ["Signature", "Assinatura"],
  suggested: ["Sombra suggests to ignore it", "O Sombra sugere ignorar"],
  suggestedText: [
    (share: string) =>
      `It differs in ${share} of the items, always in the same way. Nothing is hidden until you say so.`,
    (share: string) => `Difere em ${share} dos itens, sempre do mesmo modo. Nada é escondido até você mandar.`,
  ],
  examples: ["Examples", "Exemplos"],
  example: [(n: number, of: number) => `Example ${n} of ${of}`, (n: number, of: number) => `Exemplo ${n} de ${of}`],
  noExample: [
    "No example is kept: it was found before, or the detail budget was spent.",
    "Nenhum exemplo foi guardado: é de antes, ou o orçamento de detalhes acabou.",
  ],
  exchange: ["Exchange", "Exchange"],
  item: [(n: number) => `item ${n}`, (n: number) => `item ${n}`],
  downstream: [
    "It may only follow from an earlier divergence of the shopper.",
    "Pode ser só consequência de uma divergência anterior do shopper.",
  ],
  fields: ["Fields", "Campos"],
  fieldsWhat: [
    (route: string, kind: string) =>
      `Everything that differs in ${kind} on ${route}: how often, and how much of it is noise.`,
    (route: string, kind: string) => `Tudo o que difere em ${kind} em ${route}: quantas vezes, e quanto disso é noise.`,
  ],
  field: ["Field", "Campo"],
  noiseRate: ["Noise", "Noise"],
  twinRate: ["Twin", "Twin"],
  here: ["this one", "esta"],
  whole: ["the whole", "o todo"],
  moreFields: [(n: string) => `${n} more fields`, (n: string) => `mais ${n} campos`],
  rules: ["Rules that touch it", "Regras que a tocam"],
  noRules: ["No rule speaks of this place.", "Nenhuma regra fala deste lugar."],
  rule: ["Rule", "Regra"],
  says: ["Says", "Diz"],
  hidden: ["Hidden", "Escondidas"],
  expires: ["Until", "Até"],
  never: ["for good", "sempre"],
  expired: ["expired", "expirada"],
  ofFile: ["of the file", "do arquivo"],
  remove: ["Take out", "Retirar"],
  removed: [
    (id: string) => `Rule ${id} is taken out: what it hid shows again.`,
    (id: string) => `A regra ${id} foi retirada: o que ela escondia volta a aparecer.`,
  ],
});

export const triageTexts = catalogue({
  title: ["Triage", "Triagem"],
  nobody: ["Nobody has said anything of it yet.", "Ninguém disse nada dela ainda."],
  said: [(by: string) => `said by ${by}`, (by: string) => `dito por ${by}`],
  expected: ["Expected", "Esperada"],
  expectedWhat: [
    "Known and wanted. It is listed no more until the day that you name; counts go on.",
    "Conhecida e desejada. Some da lista até o dia indicado; a contagem continua.",
  ],
  bug: ["Bug", "Bug"],
  bugWhat: [
    "To be mended: it stays open, with a link to where it is followed.",
    "A corrigir: continua aberta, com um link para onde é acompanhada.",
  ],
  fixed: ["Fixed", "Corrigida"],
  fixedWhat: ["It opens again by itself when it is found again.", "Reabre sozinha quando for encontrada de novo."],
  open: ["Open again", "Reabrir"],
  openWhat: ["Takes back what was said of it.", "Desfaz o que foi dito dela."],
  until: ["Expected until", "Esperada até"],
  untilWas: ["until", "até"],
  link: ["Link of the bug", "Link do bug"],
  save: ["Save", "Salvar"],
  saved: [(state: string) => `Saved: ${state}.`, (state: string) => `Salvo: ${state}.`],
  unchanged: ["That is what was said already.", "Isso já estava dito."],
  wrongReason: ["Say why, in at most 500 characters.", "Diga por quê, em até 500 caracteres."],
  wrongUntil: ["Name a day to come.", "Indique um dia que ainda virá."],
  wrongLink: [
    "An http or https address of at most 500 characters.",
    "Um endereço http ou https de até 500 caracteres.",
  ],
  conflict: [
    (said: string) =>
      `Somebody said something else meanwhile: ${said}. Look, then save again; what you typed is still here.`,
    (said: string) =>
      `Alguém disse outra coisa enquanto isso: ${said}. Veja e salve de novo; o que você digitou continua aqui.`,
  ],
  nothingSaid: ["nothing", "nada"],
});

export const ignoreTexts = catalogue({
  title: ["Ignore this", "Ignorar isto"],
  lead: [
    "A rule hides differences at a place, of all that comes from now on. They stay in the records, with the rule's name, and are counted as noise.",
    "Uma regra esconde diferenças num lugar, em tudo o que vier. Elas continuam nos registros, com o nome da regra, e contam como noise.",
  ],
  what: ["What it hides", "O que ela esconde"],
  ignore: ["every difference there", "toda diferença ali"],
  case: ["upper and lower case alone", "só maiúsculas e minúsculas"],
  mask: ["what matches a pattern (RE2)", "o que casa com um padrão (RE2)"],
  absolute: ["numbers no further apart than", "números com distância até"],
  relative: ["numbers apart by a share (0.01 is 1 %) of at most", "números com diferença relativa (0.01 é 1 %) até"],
  ms: ["times no further apart than (ms)", "horários com distância até (ms)"],
  value: ["Pattern or number", "Padrão ou número"],
  valueHelp: ["For the choices that need one.", "Para as escolhas que pedem um."],
  id: ["Name of the rule", "Nome da regra"],
  path: ["Path", "Caminho"],
  pathHelp: [
    "* is one name or index; a last ** everything below. Say it as exactly as you can.",
    "* é um nome ou índice; um ** final, tudo abaixo. Seja o mais exato possível.",
  ],
  onRoute: [(name: string) => `only route ${name}`, (name: string) => `só a rota ${name}`],
  onKind: [(name: string) => `only ${name}`, (name: string) => `só ${name}`],
  onWhere: [(name: string) => `only in ${name}s`, (name: string) => `só em ${name}s`],
  owner: ["Owner", "Responsável"],
  ownerHelp: ["Who is asked about it.", "A quem perguntar."],
  ruleReason: ["Why", "Por quê"],
  expires: ["Until", "Até"],
  expiresHelp: ["From then on it does nothing. Empty: for good.", "Daí em diante não faz nada. Vazio: sempre."],
  preview: ["Show what it would hide", "Mostrar o que esconderia"],
  save: ["Save the rule", "Salvar a regra"],
  saveHow: ["Changing anything asks for the preview again.", "Qualquer mudança pede a prévia de novo."],
  stale: [
    "The rule is not the one that was previewed: this is what it would hide now.",
    "A regra não é mais a da prévia: isto é o que ela esconderia agora.",
  ],
  saved: [
    (id: string) => `Rule ${id} is in force: it hides from now on.`,
    (id: string) => `A regra ${id} está em vigor: esconde de agora em diante.`,
  ],
  would: [
    (hidden: string, of: string) => `It would have hidden ${hidden} of ${of} divergences of the last 7 days`,
    (hidden: string, of: string) => `Teria escondido ${hidden} de ${of} divergências dos últimos 7 dias`,
  ],
  already: [(n: string) => `${n} are noise without it`, (n: string) => `${n} já são noise sem ela`],
  unknown: [(n: string) => `of ${n} it is not known`, (n: string) => `de ${n} não se sabe`],
  wouldNothing: [
    "Nothing of what was found lately would be hidden.",
    "Nada do que foi encontrado recentemente seria escondido.",
  ],
  group: ["Divergence", "Divergência"],
  hidden: ["Hidden", "Escondidas"],
  foundTimes: ["Found", "Vezes"],
  alreadyNoise: ["Noise", "Noise"],
  notKnown: ["Not known", "Não se sabe"],
  moreGroups: [(n: string) => `${n} more groups.`, (n: string) => `Mais ${n} grupos.`],
  critical: ["It would hide what is critical.", "Ela esconderia o que é crítico."],
  wrong: ["The rule is not right yet", "A regra ainda não está certa"],
  ofFile: [
    (id: string) => `There is a rule ${id} in the file: choose another name.`,
    (id: string) => `Já há uma regra ${id} no arquivo: escolha outro nome.`,
  ],
  taken: [
    (id: string) => `There is a rule ${id} already: choose another name.`,
    (id: string) => `Já existe uma regra ${id}: escolha outro nome.`,
  ],
});
