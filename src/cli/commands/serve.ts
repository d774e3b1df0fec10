import { ConfigError } from "../config/index.ts";
import { serve as start } from "../serve/serve.ts";
import { StartError } from "../serve/start-error.ts";
import type { Command } from "./command.ts";

const exitWrongUse = 2;

export const serve: Command = {
  async run({ env, arguments: args, stderr, onKill }) {
    if (args.length > 0) {
      stderr.write("sombra serve: takes no arguments: settings are environment variables and config/sombra.yaml\n");
      return exitWrongUse;
    }
    const ended = Promise.withResolvers<number>();
    try {
      const serving = await start(env, { logs: true, onKill });
      let stopping = false;
      // Ctrl-C under npm comes twice: from the terminal and from npm.
      const stop = (): void => {
        if (stopping) return;
        stopping = true;
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
      return 1;
    }
    return ended.promise;
  },
};
