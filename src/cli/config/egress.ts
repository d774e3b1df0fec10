import type { EgressRule } from "../../effects/index.ts";
import type { Environment } from "../../flags/index.ts";
import { checkOutside, type Planes } from "./checks.ts";
import type { Variables } from "./env.ts";
import { variable, type Findings } from "./errors.ts";
import type { SettingsFile } from "./file.ts";
import { oneOf, quote } from "./say.ts";
import type { FileRule, FileUpstream } from "./schema.ts";
import type { PlacedUrl } from "./sides.ts";
import type { Config, EgressUpstream } from "./types.ts";

/** Where Meta's API really is, and its media files. */
const graphUrl = "https://graph.facebook.com";
const lookasideUrl = "https://lookaside.fbsbx.com";

export interface EgressSources {
  readonly env: Environment;
  readonly variables: Variables;
  readonly file: SettingsFile;
  readonly planes: Planes;
}

/** What stands outside and may be called, and the rules for what is held. */
export function readEgress(
  { env, variables, file, planes }: EgressSources,
  findings: Findings,
): Pick<Config["egress"], "graphUrl" | "upstreams" | "rules"> {
  const { graph, upstreams, rules } = file.settings.egress;
  const graphAt = graphOf(variables, file);
  checkOutside(graphAt, planes, { mustBe: "the Graph API", findings });
  const settings: Readonly<Record<string, FileUpstream>> = {
    graph: { ...graph, url: graphAt.url },
    lookaside: { url: lookasideUrl, reads: "hold", authorization: null, timeoutMs: graph.timeoutMs },
    ...upstreams,
  };
  const optionOf = (name: string): readonly string[] => ["egress", ...(name === "graph" ? [] : ["upstreams"]), name];
  const known = Object.entries(settings).map(([name, upstream]): EgressUpstream => {
    const path = optionOf(name);
    if (Object.hasOwn(upstreams, name)) {
      const at = { url: upstream.url, place: file.placeOf([...path, "url"]), option: [...path, "url"].join(".") };
      checkOutside(at, planes, { mustBe: "an API outside", findings });
    }
    const authorization = upstream.authorization === null ? null : filledIn(upstream.authorization, env);
    if (typeof authorization === "object" && authorization !== null) {
      const text = `${path.join(".")}.authorization names the variable ${quote(authorization.unset)}, which must be set`;
      findings.problems.push({ place: file.placeOf([...path, "authorization"]), text });
      return { ...upstream, name, authorization: null };
    }
    return { ...upstream, name, authorization };
  });
  checkRules(rules, { known, file, findings });
  return { graphUrl: graphAt.url, upstreams: known, rules: rules.map(ruleOf) };
}

function graphOf({ SOMBRA_GRAPH_URL: url }: Variables, { settings, placeOf }: SettingsFile): PlacedUrl {
  return url === undefined
    ? { url: settings.egress.graph.url, place: placeOf(["egress", "graph", "url"]), option: "egress.graph.url" }
    : { url, place: variable("SOMBRA_GRAPH_URL"), option: "" };
}

/** `${NAME}` is a variable's value: a token need not stand in the file. */
export function filledIn(text: string, env: Environment): string | { readonly unset: string } {
  const names = [...text.matchAll(variableForm)].map(([, name = ""]) => name);
  const unset = names.find((name) => (env[name] ?? "").trim() === "");
  if (unset !== undefined) return { unset };
  return text.replace(variableForm, (_, name: string) => (env[name] ?? "").trim());
}

const variableForm = /\$\{([A-Za-z_]\w{0,127})\}/g;

function checkRules(
  rules: readonly FileRule[],
  {
    known,
    file,
    findings,
  }: { readonly known: readonly EgressUpstream[]; readonly file: SettingsFile; readonly findings: Findings },
): void {
  const hostOf = (name: string): string | undefined => {
    const upstream = known.find((one) => one.name === name);
    return upstream && new URL(upstream.url).host;
  };
  const graphHosts = [new URL(graphUrl).host, hostOf("graph")];
  for (const [index, { match, release }] of rules.entries()) {
    if (match.upstream === null) continue;
    const host = hostOf(match.upstream);
    const says = `egress.rules[${index}].match.upstream is ${quote(match.upstream)}, must be`;
    const place = file.placeOf(["egress", "rules", index, "match", "upstream"]);
    if (host === undefined) {
      findings.problems.push({ place, text: `${says} ${oneOf(known.map(({ name }) => name))}` });
    } else if (release && graphHosts.includes(host)) {
      findings.problems.push({
        place,
        text: `${says} another: this is the Graph API, and legacy is who writes to customers`,
      });
    }
  }
}

function ruleOf({ answer, ...rule }: FileRule): EgressRule {
  return { ...rule, answer: answer === null ? null : { ...answer, headers: Object.entries(answer.headers).flat() } };
}
