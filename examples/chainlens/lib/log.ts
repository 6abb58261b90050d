/** Writes one line to stdout, which Groundswell keeps in `logs/NAME.log`. */
export type Log = (message: string) => void;

/** @returns A log whose lines read `12:34:56.789 NAME: message` (UTC). A line break in a message is escaped: one event is one line. */
export function logAs(name: string): Log {
  return (message) => {
    const line = message.replaceAll("\r", "\\r").replaceAll("\n", "\\n");
    process.stdout.write(`${new Date().toISOString().slice(11, 23)} ${name}: ${line}\n`);
  };
}
