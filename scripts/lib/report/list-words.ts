/** "a, b, c and 17 more": at most `limit` of them by name. */
export function listWords(words: readonly (string | number)[], limit: number): string {
  if (words.length <= limit) return words.join(", ");
  return `${words.slice(0, limit).join(", ")} and ${words.length - limit} more`;
}

/** "1 service", "2 services". */
export function countWords(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
