import { catalogue } from "../../locale.ts";

export const gateTexts = catalogue({
  gates: ["Gates", "Gates"],
  gatesNote: [
    "What the last checkpoint found. The dot is the estimate, the band its interval (95 %, for one look), the line the limit.",
    "O que o último checkpoint encontrou. O ponto é a estimativa, a faixa o intervalo (95 %, para um olhar), a linha o limite.",
  ],
  notYet: [
    "No checkpoint of this phase yet: these will be asked.",
    "Nenhum checkpoint desta fase ainda: isto será perguntado.",
  ],
  noGates: ["No gate has an answer in this phase.", "Nenhum gate tem resposta nesta fase."],
  passes: ["passes", "passa"],
  warns: ["warns", "alerta"],
  fails: ["fails", "falha"],
  inconclusive: ["inconclusive", "inconclusivo"],
  error: ["not computed", "não calculado"],
  unasked: ["not asked yet", "ainda não perguntado"],
  expected: ["expected by somebody", "esperado por alguém"],
  estimate: ["Estimate", "Estimativa"],
  interval: ["Interval", "Intervalo"],
  budget: ["Budget", "Budget"],
  most: ["At most", "No máximo"],
  least: ["At least", "No mínimo"],
  value: ["Value", "Valor"],
  cells: ["Cells", "Células"],
  items: ["Items", "Itens"],
  excess: ["Excess", "Excesso"],
  allowed: ["Tolerated", "Tolerado"],
  ours: ["Ours, theirs", "Nossas, deles"],
  missing: [
    (n: string) => `${n} more without a bad one would show it`,
    (n: string) => `mais ${n} sem nenhuma ruim mostrariam`,
  ],
  missingRate: [
    (n: string, time: string) => `${n} more without a bad one would show it, about ${time} at this rate`,
    (n: string, time: string) => `mais ${n} sem nenhuma ruim mostrariam, cerca de ${time} neste ritmo`,
  ],
  said: ["As it was said", "Como foi dito"],
  figures: ["Figures", "Números"],
  onRollback: ["If it fails: rolls back", "Se falha: reverte"],
  onHold: ["If it fails: holds", "Se falha: segura"],
  onWarn: ["Warns, and holds until somebody expects it", "Alerta, e segura até alguém esperar por isso"],
  onLower: ["If it fails: the share is lowered, and it holds", "Se falha: a parcela é reduzida, e segura"],
  onAdjust: [
    (names: string) => `If it fails: settings ${names} are written, once, and it holds`,
    (names: string) => `Se falha: os ajustes ${names} são gravados, uma vez, e segura`,
  ],
  onTo: [(what: string, where: string) => `${what} (${where})`, (what: string, where: string) => `${what} (${where})`],
  steady: [(time: string) => `, for ${time} without a break`, (time: string) => `, por ${time} sem interrupção`],
  onShed: ["If it fails: nobody is compared any more", "Se falha: ninguém mais é comparado"],
  bar: [
    (estimate: string, from: string, to: string, budget: string) =>
      `Estimate ${estimate}, interval ${from} to ${to}, budget ${budget}`,
    (estimate: string, from: string, to: string, budget: string) =>
      `Estimativa ${estimate}, intervalo ${from} a ${to}, budget ${budget}`,
  ],
  barValue: [
    (value: string, limits: string) => `Value ${value}, ${limits}`,
    (value: string, limits: string) => `Valor ${value}, ${limits}`,
  ],
  atMost: [(limit: string) => `at most ${limit}`, (limit: string) => `no máximo ${limit}`],
  atLeast: [(limit: string) => `at least ${limit}`, (limit: string) => `no mínimo ${limit}`],
  inARow: [
    (n: string) => ` (${n} checkpoints in a row have to fail)`,
    (n: string) => ` (${n} checkpoints seguidos precisam falhar)`,
  ],
  errorRate: [
    (budget: string) =>
      `The candidate alone fails in less than ${budget} of cells, and no more often than legacy alone`,
    (budget: string) => `Só o candidate falha em menos de ${budget} das células, e não mais que só o legacy`,
  ],
  divergence: [
    (budget: string, severity: string) => `Less than ${budget} of cells have a divergence that is ${severity}`,
    (budget: string, severity: string) => `Menos de ${budget} das células têm uma divergência ${severity}`,
  ],
  orAbove: [(severity: string) => `${severity} or above`, (severity: string) => `${severity} ou pior`],
  divergenceCount: [
    (max: string, severity: string) =>
      max === "0"
        ? `No divergence of the phase is ${severity}`
        : `At most ${max} divergences of the phase are ${severity}`,
    (max: string, severity: string) =>
      max === "0"
        ? `Nenhuma divergência da fase é ${severity}`
        : `No máximo ${max} divergências da fase são ${severity}`,
  ],
  addedLatency: [
    (max: string) => `The candidate takes at most ${max} longer than legacy, in 95 % of cells`,
    (max: string) => `O candidate leva no máximo ${max} a mais que o legacy, em 95 % das células`,
  ],
  candidateLatency: [
    "The candidate is above legacy's p95 of the start no more often than legacy",
    "O candidate fica acima do p95 inicial do legacy não mais vezes que o legacy",
  ],
  determinism: [
    "The candidate differs from legacy no more often than legacy's twin does",
    "O candidate difere do legacy não mais vezes que o twin do legacy",
  ],
  bucketDeterminism: [
    "Every instance decides a sample of shoppers alike",
    "Toda instância decide uma amostra de shoppers do mesmo jeito",
  ],
  configDrift: ["Flags are as the phase set them", "As flags estão como a fase as definiu"],
  coverage: [
    (min: string) => `At least ${min} of items to be compared are`,
    (min: string) => `Ao menos ${min} dos itens a comparar são comparados`,
  ],
  sensitivity: [
    (min: string) => `The comparison finds at least ${min} of planted differences`,
    (min: string) => `A comparação encontra ao menos ${min} das diferenças plantadas`,
  ],
  observerEffect: [
    "Legacy does not fail more often where it is compared",
    "O legacy não falha mais vezes onde é comparado",
  ],
  cohorts: [
    "Shoppers that the candidate answers fare no worse than those that legacy answers",
    "Shoppers atendidos pelo candidate não se saem pior que os do legacy",
  ],
  gateBaseline: ["Legacy fails no more often than in the baseline", "O legacy não falha mais vezes que no baseline"],
  latency: [
    (max: string, share: string) => `The candidate answers within ${max} in ${share} of cells`,
    (max: string, share: string) => `O candidate responde em até ${max} em ${share} das células`,
  ],
  events: [
    (side: string, event: string, bounds: string) => `Of ${event} the ${side} declares ${bounds} in the last hour`,
    (side: string, event: string, bounds: string) => `De ${event} o ${side} declara ${bounds} na última hora`,
  ],
  anyEvent: ["all events", "todos os eventos"],
  ofCandidate: [
    (max: string) => `At most ${max} of the candidate's answers are 500 or above, or none`,
    (max: string) => `No máximo ${max} das respostas do candidate são 500 ou acima, ou nenhuma`,
  ],
  serverErrors: [
    (max: string) => `At most ${max} of answers are 500 or above, or none`,
    (max: string) => `No máximo ${max} das respostas são 500 ou acima, ou nenhuma`,
  ],
  alerts: [
    "No alarm of Sombra's is on that nobody expects",
    "Nenhum alarme do Sombra está ligado sem que alguém espere",
  ],
  metric: [
    (name: string, bounds: string) => `${name} is ${bounds}`,
    (name: string, bounds: string) => `${name} é ${bounds}`,
  ],
  and: ["and", "e"],
});
