import { say, type Sentence } from "../../../lib/sentence.ts";
import type { Check, SelfTestReport } from "../../../admin/index.ts";

/** What `sombra doctor` tells of a full self-test; null: there was none in time. */
export function selfTestChecks(report: SelfTestReport | null): readonly Check[] {
  const name = "comparison";
  if (report === null) {
    const late = say(
      "the self-test did not end, or not in time: ask again",
      "o autoteste não terminou, ou não a tempo: pergunte de novo",
    );
    return [{ name, status: "warn", ...late }];
  }
  const { routes, hidden, pairs } = report;
  const untried = report.untried.map(({ rule, route, count }): Check => {
    const said = say(
      `masks of rule ${rule} take too long to be tried: ${count} planted differences were left out`,
      `as máscaras da regra ${rule} demoram demais para serem testadas: ${count} diferenças plantadas ficaram de fora`,
    );
    return { name: `${route}: comparison`, status: "warn", ...said };
  });
  const tried = routes.reduce((sum, route) => sum + route.tried, 0);
  const missed = tried - routes.reduce((sum, route) => sum + route.found, 0);
  const where = say(
    `${pairs.kept} pairs of traffic and ${pairs.made_up} made up`,
    `${pairs.kept} pares do tráfego e ${pairs.made_up} inventados`,
  );
  if (tried === 0) {
    const none = say(
      `nothing could be planted into ${where.text}: it was not tried`,
      `nada pôde ser plantado em ${where.pt}: não foi testada`,
    );
    return [{ name, status: "warn", ...none }, ...untried];
  }
  if (missed === 0) {
    const all = say(
      `finds all of ${tried} differences planted into ${where.text}`,
      `encontra todas as ${tried} diferenças plantadas em ${where.pt}`,
    );
    return [{ name, status: "ok", ...all }, ...untried];
  }
  const blinding = hidden.map((one): Check => {
    const [culprit, what, remedy] = [culpritOf(one), `${one.mutation} at ${one.place}`, remedyOf(one)];
    const said = say(
      `${culprit.text} hides ${one.count} of ${tried} planted differences: ${what}${remedy.text}`,
      `${culprit.pt} esconde ${one.count} de ${tried} diferenças plantadas: ${one.mutation} em ${one.place}${remedy.pt}`,
    );
    return { name: `${one.route}: comparison`, status: "fail", ...said };
  });
  return [...blinding, ...untried];
}

type Hidden = SelfTestReport["hidden"][number];

function culpritOf({ by, name }: Hidden): Sentence {
  switch (by) {
    case "rule":
      return say(`rule ${name}`, `a regra ${name}`);
    case "class":
      return say(`the noise class ${name}`, `a classe de ruído ${name}`);
    case "comparison":
      return say("the comparison itself", "a própria comparação");
  }
}

/** Only of rules it is in the operator's hand. */
function remedyOf({ by }: Hidden): Sentence {
  return by === "rule"
    ? say("; name the place exactly, or take the rule back", "; nomeie o lugar exatamente, ou retire a regra")
    : say("", "");
}
