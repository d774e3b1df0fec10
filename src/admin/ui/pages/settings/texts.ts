import { catalogue } from "../../locale.ts";

export const settingsTexts = catalogue({
  title: ["Settings", "Configurações"],
  about: [
    "What is in force, and where it was said. Secrets are never shown.",
    "O que está em vigor, e onde foi dito. Segredos nunca são mostrados.",
  ],
  inForce: ["Configuration in force", "Configuração em vigor"],
  given: [
    (n: string, all: string) => `${n} of ${all} were given; the rest are defaults.`,
    (n: string, all: string) => `${n} de ${all} foram informados; o resto são padrões.`,
  ],
  onlyGiven: ["Only what was given", "Só o que foi informado"],
  everything: ["Everything", "Tudo"],
  shown: ["Shown", "Mostrar"],
  setting: ["Setting", "Configuração"],
  value: ["Value", "Valor"],
  from: ["From", "De"],
  variable: ["variable", "variável"],
  line: [(file: string, n: string) => `${file}, line ${n}`, (file: string, n: string) => `${file}, linha ${n}`],
  file: ["file", "arquivo"],
  byDefault: ["default", "padrão"],
  sombra: ["Sombra", "Sombra"],
  everyRoute: ["All routes", "Todas as rotas"],
  egress: ["Egress", "Egress"],
  route: [(name: string) => `Route ${name}`, (name: string) => `Rota ${name}`],
  doctor: ["Doctor", "Doctor"],
  doctorAbout: [
    "Looks at the store, the audit, the rules, the sides and the comparison itself, as sombra doctor does. It takes some seconds.",
    "Examina o store, a auditoria, as regras, os lados e a própria comparação, como o sombra doctor. Leva alguns segundos.",
  ],
  probe: ["Probe the candidates", "Sondar os candidatos"],
  probeAbout: [
    "A probe sends each candidate a marked delivery from nobody and says whether all that it calls is held.",
    "Uma sonda envia a cada candidato uma entrega marcada, de ninguém, e diz se tudo o que ele chama é retido.",
  ],
  run: ["Run doctor", "Executar doctor"],
  running: ["Looking …", "Examinando …"],
  found: [
    (ok: string, warn: string, fail: string) => `${ok} as they should be, ${warn} to look at, ${fail} wrong`,
    (ok: string, warn: string, fail: string) => `${ok} como deveriam, ${warn} a conferir, ${fail} com problema`,
  ],
  check: ["Check", "Verificação"],
  status: ["Status", "Estado"],
  says: ["What was found", "O que se encontrou"],
});
