import { catalogue } from "../locale.ts";

const some = (n: number, one: string, many: string): string => (n === 1 ? `1 ${one}` : `${n} ${many}`);

export const diffTexts = catalogue({
  view: ["View", "Visão"],
  split: ["Side by side", "Lado a lado"],
  unified: ["Unified", "Unificada"],
  patch: ["Patch", "Patch"],
  patchWhat: [
    "What makes the candidate's answer and effects of legacy's, as JSON Patch; <…> stands for a value that is not stored.",
    "O que transforma a resposta e os efeitos do legacy nos do candidate, como JSON Patch; <…> está no lugar de um valor não guardado.",
  ],
  added: ["only candidate", "só candidate"],
  removed: ["only legacy", "só legacy"],
  changed: ["differs", "difere"],
  ignored: ["ignored", "ignorado"],
  same: ["equal", "igual"],
  equal: ["equal, not stored", "igual, não guardado"],
  nothing: ["nothing", "nada"],
  differ: [(n: number) => some(n, "differs", "differ"), (n: number) => some(n, "difere", "diferem")],
  byRule: [(n: number) => `${n} ignored by rule`, (n: number) => some(n, "ignorada por regra", "ignoradas por regra")],
  byClass: [
    (n: number) => `${n} ignored by class`,
    (n: number) => some(n, "ignorada por classe", "ignoradas por classe"),
  ],
  byTwin: [(n: number) => `${n} as the twin`, (n: number) => some(n, "como o twin", "como o twin")],
  more: [
    (n: number) => `${n} more were counted and not stored`,
    (n: number) => some(n, "outra foi contada e não guardada", "outras foram contadas e não guardadas"),
  ],
  unchanged: [
    (n: number) => some(n, "equal line", "equal lines"),
    (n: number) => some(n, "linha igual", "linhas iguais"),
  ],
  ignoredLines: [
    (n: number) => some(n, "ignored difference", "ignored differences"),
    (n: number) => some(n, "diferença ignorada", "diferenças ignoradas"),
  ],
  rule: [(id: string) => `rule ${id}`, (id: string) => `regra ${id}`],
  class: [(name: string) => `class ${name}`, (name: string) => `classe ${name}`],
  twin: ["as the twin", "como o twin"],
  noneKept: ["Nothing of what differs was stored.", "Nada do que difere foi guardado."],
  nothingDiffers: ["Nothing differs.", "Nada difere."],
  label: ["What legacy and candidate answered and did", "O que legacy e candidate responderam e fizeram"],
  notStored: [
    "Values are not stored: you see places, kinds, types, lengths and keyed hashes. Equal hashes are equal values.",
    "Os valores não são guardados: veem-se lugares, tipos, tamanhos e hashes com chave. Hashes iguais são valores iguais.",
  ],
  optIn: ["How a route stores them, redacted", "Como uma rota os guarda, ofuscados"],
  optInHow: [
    "In config/sombra.yaml. What the patterns match becomes █; phone numbers, e-mail addresses and secrets always do.",
    "Em config/sombra.yaml. O que os padrões encontram vira █; telefones, e-mails e segredos, sempre.",
  ],
  noAnswer: [(why: string) => `no answer: ${why}`, (why: string) => `sem resposta: ${why}`],
  notCalled: ["not called", "não chamado"],
  waited: [(ms: string) => `${ms} ms in our queue`, (ms: string) => `${ms} ms na nossa fila`],
  leftOut: [
    (n: string) => `${n} more lines: the patch and the JSON have everything`,
    (n: string) => `mais ${n} linhas: o patch e o JSON têm tudo`,
  ],
  copy: ["Copy", "Copiar"],
  copied: ["Copied", "Copiado"],
  curl: ["As cURL", "Como cURL"],
  curlWhat: [
    "Body, signature and what else stands in capitals are not stored: put in your own. It acts for real where you send it.",
    "Corpo, assinatura e o que mais estiver em maiúsculas não são guardados: ponha os seus. Onde você enviar, ela age de verdade.",
  ],
  json: ["As JSON", "Como JSON"],
});
