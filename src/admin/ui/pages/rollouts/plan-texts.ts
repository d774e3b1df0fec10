import { catalogue } from "../../locale.ts";

/** A plan in plain sentences. */
export const planTexts = catalogue({
  plan: ["What the plan does", "O que o plano faz"],
  moves: [
    (flag: string, n: string) => `It moves ${flag} in ${n} phases.`,
    (flag: string, n: string) => `Move ${flag} em ${n} fases.`,
  ],
  author: [(name: string) => `${name} answers for it.`, (name: string) => `${name} responde por ele.`],
  observes: ["It judges and says what it would do, and does nothing.", "Julga e diz o que faria, e não faz nada."],
  checks: [(names: string) => `Before the start: ${names}.`, (names: string) => `Antes do início: ${names}.`],
  noChecks: ["Nothing is checked before the start.", "Nada é verificado antes do início."],
  checkpoints: [
    (every: string, window: string) =>
      `A checkpoint every ${every} looks at the whole phase and at the last ${window}.`,
    (every: string, window: string) => `Um checkpoint a cada ${every} olha a fase inteira e os últimos ${window}.`,
  ],
  noData: [
    (grace: string) => `With nothing to judge by it holds, and says so after ${grace}.`,
    (grace: string) => `Sem nada por que julgar, segura, e avisa após ${grace}.`,
  ],
  lane: [
    (budget: string) =>
      `Every second the fast lane watches for more than ${budget} of failed or critically different cells, and rolls back at once.`,
    (budget: string) =>
      `A cada segundo a fast lane observa se mais de ${budget} das células falham ou diferem criticamente, e reverte na hora.`,
  ],
  noLane: [
    "Nothing watches between checkpoints: the fast lane is off.",
    "Nada observa entre checkpoints: a fast lane está desligada.",
  ],
  leads: [(where: string) => `A rollback leads ${where}.`, (where: string) => `Uma reversão leva ${where}.`],
  keeps: [
    (time: string) => `After the last phase the flags stay for ${time}, with the way back at hand.`,
    (time: string) => `Após a última fase as flags ficam por ${time}, com o caminho de volta à mão.`,
  ],
  runs: [
    (min: string) => `At least ${min} of running time.`,
    (min: string) => `No mínimo ${min} de tempo em execução.`,
  ],
  due: [
    (max: string) => `After ${max} a decision is due, and nothing else happens.`,
    (max: string) => `Após ${max} uma decisão é devida, e nada mais acontece.`,
  ],
  approvals: [
    (n: string, of: string, not: string) =>
      `${n === "1" ? "One approval" : `${n} approvals`}${of === "" ? "" : ` of ${of}`}${not} before it is left.`,
    (n: string, of: string, not: string) =>
      `${n === "1" ? "Uma aprovação" : `${n} aprovações`}${of === "" ? "" : ` de ${of}`}${not} antes de sair.`,
  ],
  notAuthor: [", not the author,", ", menos o autor,"],
  decrease: ["Whoever is served may stop being served by it.", "Quem é atendido pode deixar de ser."],
  audience: [(name: string) => `Only of the stored list ${name}.`, (name: string) => `Só da lista guardada ${name}.`],
  only: [(where: string) => `In ${where} only.`, (where: string) => `Só em ${where}.`],
  ticked: [
    (names: string) => `Ticked in it before it is left: ${names}.`,
    (names: string) => `Marcado nela antes de sair: ${names}.`,
  ],
  told: [
    (channel: string, what: string, often: string, owner: string) =>
      `By channel ${channel} ${what} is sent ${often}; ${owner} answers for it.`,
    (channel: string, what: string, often: string, owner: string) =>
      `Pelo canal ${channel} ${what} é enviado ${often}; ${owner} responde por isso.`,
  ],
  daily: ["every day", "todo dia"],
  weekly: ["every Monday", "toda segunda-feira"],
  phaseEnd: ["as a phase is left", "ao sair de uma fase"],
  end: ["at the end", "no fim"],
  needs: [
    (n: string) => `Its gates need at least ${n} cells without a bad one.`,
    (n: string) => `Seus gates precisam de ao menos ${n} células sem nenhuma ruim.`,
  ],
  soonest: [
    (time: string) => `At this rate it takes ${time} at the soonest.`,
    (time: string) => `Neste ritmo leva no mínimo ${time}.`,
  ],
  phase: ["Phase", "Fase"],
  shoppers: ["Who", "Quem"],
  asks: ["Its gates", "Seus gates"],
  warnings: ["Worth a second look", "Vale olhar de novo"],
  procedures: ["Rollback procedures", "Procedimentos de reversão"],
  proceduresNote: [
    "What people do after a rollback, and how long it takes.",
    "O que as pessoas fazem após uma reversão, e quanto tempo leva.",
  ],
  noProcedures: ["The plan names none.", "O plano não cita nenhum."],
  component: ["Component", "Componente"],
  steps: ["Steps", "Passos"],
  expected: ["Takes", "Leva"],
  webhook: ["calls a webhook", "chama um webhook"],
});
