import { isIPv6 } from "node:net";
import { type Finding, failure } from "./probe-result.ts";

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:8000`, `[::1]:8000`. */
export function shownTarget({ host, port }: Target): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Says in plain words why no connection came about. */
export function connectFailure(error: NodeJS.ErrnoException, target: Target): Finding {
  const where = shownTarget(target);
  switch (error.code) {
    case "ECONNREFUSED":
      return failure("refused", `connection refused ${where}`);
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT":
    case "ENETUNREACH":
      // A machine without IPv6 says so for ::1, where nobody can listen then.
      return failure(target.host === "::1" ? "refused" : "other", `no way to ${where} (${error.code})`);
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return failure("other", `host not found: ${target.host}`);
    case "ETIMEDOUT":
      return failure("timeout", `no connection to ${where} (ETIMEDOUT)`);
    case undefined:
    default:
      return failure("other", `no connection to ${where} (${error.code ?? error.message})`);
  }
}

/** Says in plain words what went wrong on a connection that was accepted. */
export function conversationFailure(error: NodeJS.ErrnoException, target: Target): Finding {
  const code = error.code ?? "";
  if (code === "ECONNRESET" || code === "EPIPE") return failure("answered", "closed the connection without an answer");
  if (code === "HPE_HEADER_OVERFLOW") return failure("answered", "its headers are too long");
  if (code.startsWith("HPE_")) return failure("answered", "answered, but not in HTTP");
  if (code === "EPROTO" || code.startsWith("ERR_SSL_")) {
    return failure("answered", `no TLS spoken at ${shownTarget(target)} (is it http://?)`);
  }
  const distrust = certificateWords(code);
  if (distrust !== null) {
    return failure("answered", `certificate not trusted: ${distrust} (set NODE_EXTRA_CA_CERTS, or use a tcp check)`);
  }
  return failure("answered", code === "" ? error.message : `the connection broke (${code})`);
}

function certificateWords(code: string): string | null {
  switch (code) {
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
      return "self-signed";
    case "CERT_HAS_EXPIRED":
      return "expired";
    case "CERT_NOT_YET_VALID":
      return "not valid yet";
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return "made out to another host";
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
      return "unknown issuer";
    default:
      return null;
  }
}
