const lineBytes = 1_000;

/** The line with this number (from 0) of a program that writes much: 1,000 bytes with its newline, each different. */
export function volumeLine(name: string, number: number): string {
  const head = `${name} ${number} `;
  return `${head}${String(number % 10).repeat(lineBytes - 1 - head.length)}\n`;
}
