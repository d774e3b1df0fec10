import { readFile } from "node:fs/promises";
import { CommandError } from "./command.ts";
import type { Session } from "./frame.ts";

/** The text of a file, or of the standard input for `-`. */
export async function readInput(name: string, { stdin }: Pick<Session, "stdin">): Promise<string> {
  const bytes = name === "-" ? await readAll(stdin) : await readFrom(name);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CommandError(`${name} is not UTF-8`);
  }
}

/** What a person types, up to an empty line or the end; null: nobody is there to type. */
export async function askFor(
  question: string,
  { stdin, warn }: Pick<Session, "stdin" | "warn">,
): Promise<string | null> {
  if (stdin.isTTY !== true) return null;
  warn(`${question} End with an empty line.`);
  const decoder = new TextDecoder();
  const emptyLine = /(?:^|\n)\r?\n/;
  let text = "";
  for await (const chunk of stdin) {
    text += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    if (emptyLine.test(text)) break;
  }
  return text.split(emptyLine, 1).join("").trim();
}

async function readFrom(name: string): Promise<Uint8Array> {
  try {
    return await readFile(name);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new CommandError(`${name} cannot be read (${code})`, { cause: error });
  }
}

async function readAll(stdin: Session["stdin"]): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}
