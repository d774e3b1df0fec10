import { userInfo } from "node:os";
import type { ZodType } from "zod";
import { suggestion } from "../config/say.ts";
import { ask } from "./ask.ts";
import { CommandError, WrongUse, exitFailed, exitWrongUse, type Command, type Context } from "./command.ts";
import { lookOf, type Look } from "./table.ts";
import { helpOf, inColumns, jsonOption, parseGiven, synopsis, type Given, type Usage } from "./usage.ts";

const defaultAdminUrl = "http://127.0.0.1:8081";

/** A question to the admin port; `reason` of the command line goes with every change. */
interface Asked<T> {
  readonly path: string;
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly text?: string;
  /** The version that what is changed must have. */
  readonly ifVersion?: number | undefined;
  readonly timeoutMs?: number;
  readonly plain?: boolean;
  readonly shape: ZodType<T>;
}

/** What a command has to work with: parse, ask, print. */
export interface Session {
  readonly given: Given;
  readonly look: Look;
  readonly stdin: Context["stdin"];
  readonly ask: <T>(asked: Asked<T>) => Promise<T>;
  /** `value` with --json, else `lines`. */
  readonly print: (value: unknown, lines: () => readonly string[]) => void;
  /** For a person, also where a program reads the output. */
  readonly warn: (line: string) => void;
}

export interface UsedCommand extends Command {
  readonly usage: Usage;
}

/** A command that speaks to the admin port. `run` resolves with the exit code. */
export function adminCommand(usage: Usage, run: (session: Session) => Promise<number>): UsedCommand {
  const full = { ...usage, options: { ...usage.options, ...jsonOption } };
  return command(full, (given, context) => run(sessionOf(given, context)));
}

/** A command with help, and with its errors told on stderr. */
export function command(usage: Usage, run: (given: Given, context: Context) => Promise<number>): UsedCommand {
  return {
    usage,
    async run(context) {
      try {
        const given = parseGiven(usage, context.arguments);
        if (given !== "help") return await run(given, context);
        context.stdout.write(helpOf(usage));
        return 0;
      } catch (error) {
        return fail(error, usage, context);
      }
    },
  };
}

/** Commands under one name, such as `sombra flags`. */
export function group(
  { name, summary, about = [] }: Pick<Usage, "name" | "summary" | "about">,
  members: readonly UsedCommand[],
): Command {
  const byName = new Map(members.map((member) => [member.usage.name.slice(name.length + 1), member]));
  const help = (): string => {
    const rows = members.map(({ usage }) => [`sombra ${usage.name} ${usage.takes}`.trimEnd(), usage.summary] as const);
    const more = `sombra ${name} COMMAND --help shows options and examples`;
    return `${[`sombra ${name}: ${summary}`, ...about, "", ...inColumns(rows), "", more].join("\n")}\n`;
  };
  return {
    async run(context) {
      const [first, ...rest] = context.arguments;
      if (first === "--help" || first === "-h" || first === "help") {
        context.stdout.write(help());
        return 0;
      }
      const member = first === undefined ? undefined : byName.get(first);
      if (member !== undefined) return member.run({ ...context, arguments: rest });
      const what = first === undefined ? "which?" : `there is no "${first}"${suggestion(first, [...byName.keys()])}`;
      context.stderr.write(`sombra ${name}: ${what}\n\n${help()}`);
      return exitWrongUse;
    },
  };
}

function fail(error: unknown, usage: Usage, { stderr }: Context): number {
  if (error instanceof WrongUse) {
    const more = `sombra ${usage.name} --help shows examples`;
    stderr.write(`sombra ${usage.name}: ${error.message}\n  ${synopsis(usage)}\n${more}\n`);
    return exitWrongUse;
  }
  if (error instanceof CommandError) {
    stderr.write(`sombra ${usage.name}: ${error.message}\n`);
    return exitFailed;
  }
  throw error;
}

function sessionOf(given: Given, { env, stdin, stdout, stderr }: Context): Session {
  const base = setOr(env["SOMBRA_ADMIN_URL"], defaultAdminUrl);
  const token = setOr(env["SOMBRA_ADMIN_TOKEN"], "");
  return {
    given,
    stdin,
    look: lookOf(stdout, env["NO_COLOR"]),
    ask({ path, method = "GET", ifVersion, ...rest }) {
      const headers: Record<string, string> = { "x-sombra-actor": `command:${userName(env["USER"])}` };
      if (ifVersion !== undefined) headers["if-match"] = `"${ifVersion}"`;
      return ask({
        ...rest,
        base,
        path: path + (method === "GET" ? "" : saidOf(given)),
        method,
        headers,
        token: token === "" ? undefined : token,
      });
    },
    print(value, lines) {
      const text = given.has("json") ? JSON.stringify(value, null, 2) : lines().join("\n");
      stdout.write(`${text}\n`);
    },
    warn: (line) => void stderr.write(`${line}\n`),
  };
}

/** What goes with every change: why, and that the glass is broken for it. */
function saidOf(given: Given): string {
  const said = new URLSearchParams();
  const reason = given.text("reason");
  const breaksGlass = given.has("break-glass");
  if (breaksGlass && (reason ?? "").trim() === "") throw new WrongUse("--break-glass needs --reason TEXT");
  if (reason !== undefined) said.set("reason", reason);
  if (breaksGlass) said.set("break_glass", "true");
  return said.size === 0 ? "" : `?${said.toString()}`;
}

/** An empty variable counts as not set. */
function setOr(given: string | undefined, otherwise: string): string {
  const text = given?.trim() ?? "";
  return text === "" ? otherwise : text;
}

/** Of visible ASCII characters, as a header field carries it. A user without an entry in the system's table has no name. */
function userName(otherwise: string | undefined): string {
  let name: string;
  try {
    name = userInfo().username;
  } catch {
    name = setOr(otherwise, "unknown");
  }
  return name.replaceAll(/[^\x21-\x7e]/g, "_").slice(0, 64);
}
