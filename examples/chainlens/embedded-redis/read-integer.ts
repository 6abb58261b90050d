const least = -(2n ** 63n);
const most = 2n ** 63n - 1n;

/** A 64-bit integer in the one spelling Redis takes: no sign +, no blanks, no leading zeros. @returns null: anything else. */
export function readInteger(text: string): bigint | null {
  if (!/^(?:0|-?[1-9]\d{0,18})$/.test(text)) return null;
  const value = BigInt(text);
  return value < least || value > most ? null : value;
}
