const units = ["KiB", "MiB", "GiB", "TiB"] as const;

/** "512 B", "62.3 MiB", "1.2 GiB": binary units with at most one decimal. */
export function sizeWords(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`;
  let size = bytes / 1024;
  let unit = 0;
  while (size >= 1023.95 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size >= 99.95 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}
