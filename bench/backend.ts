/** A handler in a process of its own that costs as little as Node can: `node backend.ts legacy|candidate`. */
import { createServer, type Socket } from "node:net";
import { createFraming } from "./framing.ts";
import { backendCommandSchema, emptyPath } from "./protocol.ts";

const bodies = {
  legacy: { success: true, handler: "legacy", messages: [{ status: "accepted", replies: 1 }], tookMs: 3 },
  candidate: { success: true, handler: "new", messages: [{ status: "accepted", replies: 2 }], tookMs: 2 },
};

const emptyAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

const body = process.argv[2] === "legacy" ? bodies.legacy : bodies.candidate;
const usual = answer(body);
const held = new Set<Socket>();
let mood: "answer" | "answer-new" | "hang" = "answer";
let received = 0;

const server = createServer({ noDelay: true }, (socket) => {
  const take = createFraming({
    onMessage: (head) => {
      received += 1;
      if (mood === "hang") {
        held.add(socket);
      } else {
        const full = mood === "answer" ? usual : answer({ ...body, tookMs: received });
        socket.write(head.startsWith(`POST ${emptyPath} `) ? emptyAnswer : full);
      }
    },
    lengthWhenMissing: 0,
  });
  socket.on("data", take);
  socket.on("error", () => socket.destroy());
  socket.on("close", () => held.delete(socket));
});

process.on("message", (message) => {
  const command = backendCommandSchema.parse(message);
  if (command !== "tell") {
    mood = command;
  }
  if (mood !== "hang") {
    for (const socket of held) {
      socket.destroy();
    }
  }
  process.send?.({ received });
});
process.on("disconnect", () => process.exit());

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" ? address?.port : undefined });
});

function answer(body: object): Buffer {
  const text = JSON.stringify(body);
  return Buffer.from(
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
