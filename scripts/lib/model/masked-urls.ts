export const mask = "•••";

/** Up to the last @ before the path: a password may hold one too. */
const userInfo = /(?<=\/\/)[^/\s]+(?=@)/g;
const query = /(?<=\/\/[^\s?]*\?)[^\s"']+/g;

/** A text as it may be shown: of its URLs neither user, password nor query. Hand in one thing at a time: a comma may belong to a query. */
export function maskedUrls(text: string): string {
  return text.replaceAll(userInfo, mask).replaceAll(query, mask);
}
