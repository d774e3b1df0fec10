import { catalogue } from "../../locale.ts";

export const cutoverTexts = catalogue({
  title: [(route: string) => `Who answers on ${route}`, (route: string) => `Quem responde em ${route}`],
  about: [
    "Sets the shadow and the dual-run flag of the route in one write, as sombra cutover does: so many percent of the shoppers are answered by the candidate, the rest by legacy.",
    "Define as flags de shadow e dual-run da rota em uma só escrita, como o sombra cutover: tantos por cento dos shoppers são respondidos pelo candidate, o resto pelo legacy.",
  ],
  aim: ["Who is to answer", "Quem deve responder"],
  toShare: ["the candidate, for this share of the shoppers", "o candidate, para esta parcela dos shoppers"],
  toShadow: [
    "legacy for everybody; the candidate is compared in shadow",
    "o legacy para todos; o candidate é comparado em shadow",
  ],
  percent: ["Percent", "Porcentagem"],
  save: ["Change it", "Mudar"],
  saved: [
    (route: string) => `The flags of the route ${route} are written and in force.`,
    (route: string) => `As flags da rota ${route} foram escritas e estão em vigor.`,
  ],
  badPercent: ["Percent must be a number from 0 to 100", "A porcentagem deve ser um número de 0 a 100"],
});
