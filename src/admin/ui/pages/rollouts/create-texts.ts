import { catalogue } from "../../locale.ts";

export const createTexts = catalogue({
  title: ["New rollout", "Novo rollout"],
  about: [
    "Paste a plan as YAML or JSON. You are told what it does before anything is written, and nothing moves before it is started.",
    "Cole um plano em YAML ou JSON. Você vê o que ele faz antes de algo ser escrito, e nada se move antes de ele ser iniciado.",
  ],
  example: ["Begin with an example.", "Começar com um exemplo."],
  plan: ["Plan", "Plano"],
  rate: ["Items an hour", "Itens por hora"],
  rateHelp: [
    "If you know it: how long its gates need at least is said by it.",
    "Se você souber: diz quanto tempo os gates precisam no mínimo.",
  ],
  rateMust: ["Items an hour must be a number above 0.", "Itens por hora deve ser um número acima de 0."],
  look: ["See what it does", "Ver o que ele faz"],
  save: ["Save as a draft", "Salvar como rascunho"],
  wrong: [
    (n: string) => (n === "1" ? "One thing is wrong with it:" : `${n} things are wrong with it:`),
    (n: string) => (n === "1" ? "Há uma coisa errada nele:" : `Há ${n} coisas erradas nele:`),
  ],
  must: [
    (where: string, is: string, must: string) => `${where} is ${is}, must be ${must}`,
    (where: string, is: string, must: string) => `${where} is ${is}, must be ${must}`,
  ],
  sound: ["The plan is sound. This is what it does:", "O plano está certo. É isto que ele faz:"],
  saved: [
    (id: string) => `Written as ${id}: nothing moves yet.`,
    (id: string) => `Escrito como ${id}: nada se move ainda.`,
  ],
  notSaved: ["That was not done", "Isto não foi feito"],
});
