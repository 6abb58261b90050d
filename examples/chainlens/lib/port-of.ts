/** The programs of the stack that listen, under the names they bear in services.yaml. */
export type ProgramName = "redis" | "backend" | "worker" | "frontend" | "monitor";

/**
 * The port a program listens on, from `CHAINLENS_<NAME>_PORT`. services.yaml is the one place that knows the defaults.
 *
 * @throws {Error} The variable is missing or is no port; the message says which.
 */
export function portOf(program: ProgramName): number {
  const variable = `CHAINLENS_${program.toUpperCase()}_PORT`;
  const text = process.env[variable];
  if (text === undefined || text === "") {
    throw new Error(`${variable} is not set: services.yaml sets it, so start this program with Groundswell`);
  }
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`${variable}=${text} is no port (1 to 65535)`);
  return port;
}
