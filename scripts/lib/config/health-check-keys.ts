/** Keys of which a health check has exactly one; `test` is Compose's word for `exec`. */
export const checkKinds = ["http", "tcp", "exec", "test", "log", "file", "wait_on", "none"] as const;

/** Further keys that only an http check understands. */
export const httpKeys = ["method", "headers", "status", "body"] as const;
