/** "31 ms", "0.31 s", "12.3 s", "2 min 5 s", "3 h 12 min", "2 d 4 h": as exact as one needs at that length. */
export function durationWords(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 99.5) return `${Math.round(ms)} ms`;
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return pair(seconds, 60, "min", "s");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1440) return pair(minutes, 60, "h", "min");
  return pair(Math.floor(minutes / 60), 24, "d", "h");
}

/** For numbers that grow while one looks: whole seconds are calmer from ten on. */
export function elapsedWords(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  return ms < 60_000 ? `${Math.floor(ms / 1000)} s` : durationWords(ms);
}

/** A limit as it was set: "60 s", "0.5 s", "10 min". */
export function limitWords(milliseconds: number): string {
  if (milliseconds >= 120_000 && milliseconds % 60_000 === 0) return `${milliseconds / 60_000} min`;
  return `${Number((milliseconds / 1000).toFixed(3))} s`;
}

function pair(amount: number, factor: number, big: string, small: string): string {
  const rest = amount % factor;
  return `${Math.floor(amount / factor)} ${big}${rest === 0 ? "" : ` ${rest} ${small}`}`;
}
