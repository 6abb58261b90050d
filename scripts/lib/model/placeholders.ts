/** What `{name}` and the like in a command's argv stand for, in each repository. */
export const placeholders = ["name", "path", "rel", "branch", "index", "args"] as const;

/** Something in braces that may be a placeholder. Other braces, such as those of `{"a":1}`, `{}` and a shell's `${x}`, are text. */
export const placeholderPattern = /(?<!\$)\{([a-z]+)\}/g;
