import { ConfigError } from "../config/index.ts";
import { serve as start } from "../serve/serve.ts";
import { StartError } from "../serve/start-error.ts";
import { exitFailed } from "./command.ts";
import { command } from "./frame.ts";

/** A second signal: nothing is waited for any more. */
const exitCut = 1;
/** Ctrl-C under npm comes twice, from the terminal and from npm: what follows so closely is the same. */
const sameSignalMs = 300;

export const serve = command(
  {
    name: "serve",
    takes: "",
    summary: "stand in front of the legacy handler",
    about: [
      "Settings are environment variables and config/sombra.yaml, which spells all of them out.",
      "SIGTERM and SIGINT let what is under way end, then stop. SIGUSR2 throws the kill switch.",
    ],
  },
  async (_given, { env, stderr, onKill }) => {
    const ended = Promise.withResolvers<number>();
    try {
      const serving = await start(env, { logs: true, onKill });
      let askedMs: number | null = null;
      const stop = (): void => {
        if (askedMs !== null) {
          if (performance.now() - askedMs > sameSignalMs) ended.resolve(exitCut);
          return;
        }
        askedMs = performance.now();
        serving.stop().then(
          () => ended.resolve(0),
          (error: unknown) => ended.reject(error),
        );
      };
      process.on("SIGTERM", stop);
      process.on("SIGINT", stop);
    } catch (error) {
      if (!(error instanceof ConfigError || error instanceof StartError)) throw error;
      stderr.write(`${error.message}\n`);
      return exitFailed;
    }
    return ended.promise;
  },
);
