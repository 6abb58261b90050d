// The floor of an idle supervisor: a Node process that asks every port by http once a second.
import { connect } from "node:net";

const [first, count] = process.argv.slice(2).map(Number);
const request = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

function ask(port) {
  const socket = connect(port, "127.0.0.1", () => socket.write(request));
  socket.once("data", () => socket.destroy()).once("error", () => socket.destroy());
}

for (let index = 0; index < count; index += 1) {
  setTimeout(() => setInterval(ask, 1000, first + index), (1000 * index) / count);
}
