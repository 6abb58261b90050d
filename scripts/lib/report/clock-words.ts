/** Local time: "09:12:03" for a time of the last day, else "2026-11-22 09:12:03". Both are milliseconds since the epoch. */
export function clockWords(at: number, now: number): string {
  const date = new Date(at);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(":");
  if (Math.abs(now - at) < 86_400_000 && date.getDate() === new Date(now).getDate()) return time;
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())} ${time}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
