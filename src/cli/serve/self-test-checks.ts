import type { Check, SelfTestReport } from "../../admin/index.ts";

/** What `sombra doctor` tells of a full self-test; null: there was none in time. */
export function selfTestChecks(report: SelfTestReport | null): readonly Check[] {
  const name = "comparison";
  if (report === null) return [{ name, status: "warn", text: "the self-test did not end, or not in time: ask again" }];
  const { routes, hidden, pairs } = report;
  const tried = routes.reduce((sum, route) => sum + route.tried, 0);
  const missed = tried - routes.reduce((sum, route) => sum + route.found, 0);
  const where = `${pairs.kept} pairs of traffic and ${pairs.made_up} made up`;
  if (tried === 0) return [{ name, status: "warn", text: `nothing could be planted into ${where}: it was not tried` }];
  if (missed === 0) {
    return [{ name, status: "ok", text: `finds all of ${tried} differences planted into ${where}` }];
  }
  return hidden.map((one): Check => {
    const text = `${culpritOf(one)} hides ${one.count} of ${tried} planted differences: ${one.mutation} at ${one.place}`;
    return { name: `${one.route}: comparison`, status: "fail", text: text + remedyOf(one) };
  });
}

type Hidden = SelfTestReport["hidden"][number];

function culpritOf({ by, name }: Hidden): string {
  switch (by) {
    case "rule":
      return `rule ${name}`;
    case "class":
      return `the noise class ${name}`;
    case "comparison":
      return "the comparison itself";
  }
}

/** Only of rules it is in the operator's hand. */
function remedyOf({ by }: Hidden): string {
  return by === "rule" ? "; name the place exactly, or take the rule back" : "";
}
