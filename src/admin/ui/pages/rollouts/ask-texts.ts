import { catalogue } from "../../locale.ts";

/** What people may do to a rollout: its word, and what it means. */
export const askTexts = catalogue({
  actions: ["What you may do", "O que você pode fazer"],
  more: ["More", "Mais"],
  start: ["Start", "Iniciar"],
  startAbout: [
    "It enters its first phase, with every precheck green. Its flags are locked from then on.",
    "Entra na primeira fase, com todo precheck verde. Suas flags ficam travadas a partir daí.",
  ],
  approve: ["Approve", "Aprovar"],
  approveAbout: [
    "You approve what the last checkpoint found. With all approvals, the next checkpoint goes on.",
    "Você aprova o que o último checkpoint encontrou. Com todas as aprovações, o próximo checkpoint avança.",
  ],
  reject: ["Reject", "Rejeitar"],
  rejectAbout: ["It is paused until somebody resumes it.", "Fica pausado até alguém retomar."],
  pause: ["Pause", "Pausar"],
  pauseAbout: [
    "Time stands still. Whether to go back is looked at all the same.",
    "O tempo para. Se é preciso voltar continua sendo observado.",
  ],
  resume: ["Resume", "Retomar"],
  resumeAbout: ["It goes on where it was.", "Continua de onde estava."],
  advance: ["Advance", "Avançar"],
  advanceAbout: [
    "It enters the next phase once everything is passed; another one, or before that, only with the glass broken.",
    "Entra na próxima fase quando tudo passou; em outra, ou antes disso, só quebrando o vidro.",
  ],
  acknowledge: ["Expect a warning", "Esperar um alerta"],
  acknowledgeAbout: [
    "A warning that is expected holds nothing until then. Everybody sees who said so, and why.",
    "Um alerta esperado não segura nada até lá. Todos veem quem disse, e por quê.",
  ],
  rollback: ["Roll back", "Reverter"],
  rollbackAbout: [
    "In under two seconds on all instances. It never goes on by itself afterwards.",
    "Em menos de dois segundos em todas as instâncias. Depois nunca segue por si.",
  ],
  abort: ["Give up", "Abandonar"],
  abortAbout: [
    "It ends for good and lets go of its flags, which stay as they are.",
    "Termina de vez e solta suas flags, que ficam como estão.",
  ],
  complete: ["Complete", "Concluir"],
  completeAbout: [
    "The last phase is passed. Flags stay, and the way back is tested, as long as the plan says.",
    "A última fase passou. As flags ficam, e o caminho de volta é testado, pelo tempo que o plano diz.",
  ],
  note: ["Note", "Anotar"],
  noteAbout: [
    "Kept in the audit and in every report, as you write it. Name no shopper.",
    "Fica na auditoria e em todo relatório, como você escrever. Não cite shoppers.",
  ],
  tick: ["Tick a precheck", "Marcar precheck"],
  tickAbout: [
    "Who ticked it, when, and by what evidence is kept.",
    "Fica guardado quem marcou, quando e com que evidência.",
  ],
  drill: ["Drill", "Ensaiar a volta"],
  drillAbout: [
    "For real: everybody to legacy, and back to what was. It says how many seconds that takes on all instances.",
    "De verdade: todos para o legacy, e de volta ao que era. Diz quantos segundos isso leva em todas as instâncias.",
  ],
  checkpoint: ["Take a checkpoint", "Tirar um checkpoint"],
  checkpointAbout: [
    "It looks at everything now, and does what follows from it.",
    "Olha tudo agora, e faz o que daí decorre.",
  ],
  checkpointName: ["Name", "Nome"],
  checkpointNameHelp: [
    "Such as T+2h; without one, the time. Letters, digits, spaces and . _ : + -",
    "Como T+2h; sem um, a hora. Letras, dígitos, espaços e . _ : + -",
  ],
  reason: ["Reason", "Motivo"],
  reasonHelp: ["The audit keeps it.", "A auditoria guarda."],
  reasonMaybe: ["If there is one. The audit keeps it.", "Se houver. A auditoria guarda."],
  lessons: ["What was learned", "O que foi aprendido"],
  lessonsHelp: ["The final report tells it.", "O relatório final conta."],
  text: ["Text", "Texto"],
  to: ["To", "Para"],
  toNext: ["the next phase", "a próxima fase"],
  toPlan: [(where: string) => `as the plan says: ${where}`, (where: string) => `como diz o plano: ${where}`],
  gate: ["Gate or alarm", "Gate ou alarme"],
  until: ["Until", "Até"],
  untilHelp: [
    "How long, such as 24h, or a day, such as 2027-01-31.",
    "Por quanto tempo, como 24h, ou um dia, como 2027-01-31.",
  ],
  precheck: ["Precheck", "Precheck"],
  evidence: ["Evidence", "Evidência"],
  evidenceHelp: ["By what it is known: a run, a link, a name.", "Por que se sabe: uma execução, um link, um nome."],
  nowServed: ["Now", "Agora"],
  thenServed: ["Then", "Depois"],
  nobody: ["legacy answers everybody", "o legacy atende todos"],
  servesThen: [
    (share: string) => `the candidate answers ${share} of shoppers`,
    (share: string) => `o candidate atende ${share} dos shoppers`,
  ],
  servesListed: [
    (n: string) =>
      n === "1" ? "the candidate answers 1 shopper by name" : `the candidate answers ${n} shoppers by name`,
    (n: string) => (n === "1" ? "o candidate atende 1 shopper por nome" : `o candidate atende ${n} shoppers por nome`),
  ],
  inPhase: [(name: string) => `phase ${name}`, (name: string) => `fase ${name}`],
  sure: ["I know that this changes who is served", "Eu sei que isto muda quem é atendido"],
  sureMissing: ["Tick the box: this changes who is served.", "Marque a caixa: isto muda quem é atendido."],
  glass: ["Break the glass", "Quebrar o vidro"],
  glassAbout: [
    "Do it although something speaks against it. The audit and every report say so, with your reason.",
    "Fazer mesmo com algo contra. A auditoria e todo relatório dizem isso, com o seu motivo.",
  ],
  glassYes: ["Break the glass, for the reason above", "Quebrar o vidro, pelo motivo acima"],
  against: ["What speaks against it now", "O que há contra agora"],
  cancel: ["Cancel", "Cancelar"],
  wrong: ["That was not done", "Isto não foi feito"],
  again: ["It was done already: this form was sent before.", "Já estava feito: este formulário foi enviado antes."],
  other: [
    "This form was sent before, with something else in it: load the page anew.",
    "Este formulário já foi enviado, com outro conteúdo: recarregue a página.",
  ],
  done: [(what: string) => `Done: ${what}.`, (what: string) => `Feito: ${what}.`],
  unchanged: [(what: string) => `${what}: it was so already.`, (what: string) => `${what}: já estava assim.`],
  drilled: [
    (seconds: string, n: string) =>
      `Everybody was on legacy after ${seconds} s, on ${n} instances; everything is as it was again.`,
    (seconds: string, n: string) =>
      `Todos estavam no legacy após ${seconds} s, em ${n} instâncias; tudo voltou a ser como era.`,
  ],
  notNow: ["This cannot be asked for now.", "Isto não pode ser pedido agora."],
});
