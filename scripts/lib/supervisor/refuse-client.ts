import type { Duplex } from "node:stream";
import { messageStream } from "../control/message-stream.ts";
import { type ClientMessage, isClientMessage, type ServerMessage } from "../control/protocol.ts";

/** Another supervisor has the workspace: says so and hangs up, without listening to what is asked. */
export async function refuseClient(stream: Duplex): Promise<void> {
  const messages = messageStream<ClientMessage, ServerMessage>(stream, isClientMessage);
  messages.send({ type: "lock-held" });
  await messages.end();
}
