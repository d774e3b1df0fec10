/** One of the demo's handlers in a container: `handler.ts legacy|candidate`. GRAPH_URL is its side's address at the egress. */
import { business, serve } from "../../src/demo/index.ts";

const [name] = process.argv.slice(2);
if (name !== "legacy" && name !== "candidate") {
  throw new Error(`Cannot start a handler: "${name}" is neither "legacy" nor "candidate"`);
}
const {
  GRAPH_URL: graphUrl = "",
  APP_SECRET: appSecret = "",
  HOST: host = "0.0.0.0",
  PORT: port = "3000",
} = process.env;
const { url } = await serve(name, {
  host,
  port: Number(port),
  graphUrl,
  appSecret,
  verifyToken: "demo-verify-token",
  phoneNumberId: business.phoneNumberId,
  passesTrace: true,
});
console.log(`The demo's ${name} listens at ${url} and calls ${graphUrl}`);
