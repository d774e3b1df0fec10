/** Asks the admin port where Sombra was told to open it; exit code 0: it lives. */
import { get } from "node:http";

const { SOMBRA_ADMIN_HOST: host = "127.0.0.1", SOMBRA_ADMIN_PORT: port = "8081" } = process.env;
const end = (code: number) => () => process.exit(code);
get({ host, port, path: "/healthz", timeout: 2_000 }, ({ statusCode }) => end(statusCode === 200 ? 0 : 1)())
  .on("timeout", end(1))
  .on("error", end(1));
