/** The stand-in Graph API in a container: it answers as Meta does and sends nothing to anybody. */
import { startGraph } from "../../src/demo/index.ts";

const { HOST: host = "0.0.0.0", PORT: port = "3000" } = process.env;
const { url } = await startGraph({ host, port: Number(port) });
console.log(`The stand-in Graph API listens at ${url}`);
