import { catalogue } from "../../locale.ts";

export const simulateTexts = catalogue({
  title: ["What this plan would do", "O que este plano faria"],
  short: ["Simulate", "Simular"],
  about: [
    "The plan runs on simulated time, through the same controller and gates, with such traffic and such a candidate. Nothing of it is written.",
    "O plano roda em tempo simulado, pelo mesmo controlador e gates, com tal tráfego e tal candidate. Nada disso é escrito.",
  ],
  takes: ["It takes up to 20 seconds.", "Leva até 20 segundos."],
  traffic: ["Items an hour", "Itens por hora"],
  trafficHelp: [
    "Such as 2000, or 2000,shape=day for a day with its night.",
    "Como 2000, ou 2000,shape=day para um dia com sua noite.",
  ],
  candidate: ["Candidate", "Candidate"],
  candidateHelp: [
    "healthy, or what is wrong with it from when on: errors=0.5%@2d, latency=+200ms@PHASE",
    "healthy, ou o que há de errado com ele e desde quando: errors=0.5%@2d, latency=+200ms@FASE",
  ],
  runs: ["Runs", "Execuções"],
  runsMust: ["Runs must be a whole number from 1 to 1,000.", "Execuções deve ser um número inteiro de 1 a 1.000."],
  approve: ["People approve after", "Pessoas aprovam após"],
  run: ["Simulate", "Simular"],
  wrong: ["That was not done", "Isto não foi feito"],
  busy: [
    "Another simulation is under way, and there is one at a time: try again when it is over.",
    "Outra simulação está em andamento, e só há uma por vez: tente quando ela terminar.",
  ],
  result: [
    (n: string, traffic: string, candidate: string) =>
      `${n} runs with ${traffic} items an hour, candidate ${candidate}`,
    (n: string, traffic: string, candidate: string) =>
      `${n} execuções com ${traffic} itens por hora, candidate ${candidate}`,
  ],
  incomplete: ["There was no time for more runs.", "Não houve tempo para mais execuções."],
  notice: ["Time to notice", "Tempo até notar"],
  noticed: [
    (n: string, of: string) => `noticed in ${n} of ${of} runs`,
    (n: string, of: string) => `notado em ${n} de ${of} execuções`,
  ],
  never: ["never", "nunca"],
  badServed: ["Bad answers served", "Respostas ruins servidas"],
  badServedWhat: ["that shoppers got, a run", "que shoppers receberam, por execução"],
  badSeen: ["Bad items compared", "Itens ruins comparados"],
  badSeenWhat: ["that only Sombra saw, a run", "que só o Sombra viu, por execução"],
  falseAlarms: ["False alarms", "Alarmes falsos"],
  falseAlarmsOf: [
    (of: string, to: string) => `of ${of} runs; at most ${to}, with 95 %`,
    (of: string, to: string) => `de ${of} execuções; no máximo ${to}, com 95 %`,
  ],
  ends: ["Where runs ended", "Onde as execuções terminaram"],
  completed: [(n: string) => `${n} came to the end`, (n: string) => `${n} chegaram ao fim`],
  rolledBack: [(n: string) => `${n} rolled back`, (n: string) => `${n} reverteram`],
  held: [(n: string) => `${n} were held`, (n: string) => `${n} ficaram seguras`],
  took: ["They took", "Levaram"],
  range: [
    (from: string, to: string) => `${from} to ${to} in eight of ten`,
    (from: string, to: string) => `${from} a ${to} em oito de dez`,
  ],
  picture: ["Phases on a line of time", "Fases em uma linha do tempo"],
  legend: [
    "Each bar is as long as half of the runs were in the phase; pale: no run came so far. ! the candidate gets worse, ✗ half of those that rolled back had done so.",
    "Cada barra dura o que metade das execuções ficou na fase; clara: nenhuma chegou até lá. ! o candidate piora, ✗ metade das que reverteram já o tinham feito.",
  ],
  phase: ["Phase", "Fase"],
  when: ["When", "Quando"],
  runsIn: ["Runs", "Execuções"],
  stayed: ["Stayed", "Ficou"],
  ended: ["Ended here", "Terminou aqui"],
  bar: [
    (name: string, from: string, to: string) => `${name}: from ${from} to ${to} after the start`,
    (name: string, from: string, to: string) => `${name}: de ${from} a ${to} após o início`,
  ],
  by: [(names: string) => `by ${names}`, (names: string) => `por ${names}`],
});
