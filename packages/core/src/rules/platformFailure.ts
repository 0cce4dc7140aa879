/**
 * What a failure of platform's `HttpClient` means: it has one word for all, the code below says more.
 *
 * @module
 */
import type { TransportError } from "../data/PreparedRequest.js"

/** What is known of a failure: `sent` is `"maybe"` wherever the platform does not tell. */
export type PlatformFailure = Pick<TransportError, "reason" | "sent" | "detail">

/** Codes of Node, undici, Deno and Bun for what happened before anything was sent. */
const before: Readonly<Record<string, TransportError["reason"]>> = {
  ENOTFOUND: "Dns",
  EAI_AGAIN: "Dns",
  ECONNREFUSED: "Refused",
  ConnectionRefused: "Refused",
  EHOSTUNREACH: "Unreachable",
  ENETUNREACH: "Unreachable",
  UND_ERR_CONNECT_TIMEOUT: "ConnectTimeout",
  CERT_HAS_EXPIRED: "Tls",
  DEPTH_ZERO_SELF_SIGNED_CERT: "Tls",
  SELF_SIGNED_CERT_IN_CHAIN: "Tls",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "Tls",
  ERR_TLS_CERT_ALTNAME_INVALID: "Tls"
}

const during: Readonly<Record<string, TransportError["reason"]>> = {
  ECONNRESET: "Reset",
  EPIPE: "Reset",
  UND_ERR_SOCKET: "Reset",
  UND_ERR_HEADERS_TIMEOUT: "HeadersTimeout",
  UND_ERR_HEADERS_OVERFLOW: "Limit"
}

const deepest = 4

/** The first code in a chain of causes; `""` for none. */
const codeOf = (error: unknown, depth = 0): string => {
  if (typeof error !== "object" || error === null || depth > deepest) return ""
  if ("code" in error && typeof error.code === "string") return error.code
  return "cause" in error ? codeOf(error.cause, depth + 1) : ""
}

/**
 * Why no answer came, by the code of the deepest cause that has one; `"Adapter"` where there is none, as in browsers.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * const refused = Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } })
 * console.assert(Rules.platformFailure(refused).reason === "Refused" && Rules.platformFailure(refused).sent === "no")
 */
export const platformFailure = (cause: unknown): PlatformFailure => {
  const code = codeOf(cause)
  const early = before[code]
  const detail = code !== "" ? code : cause instanceof Error ? cause.name : "the platform's client failed"
  return early === undefined
    ? { reason: during[code] ?? "Adapter", sent: "maybe", detail }
    : { reason: early, sent: "no", detail }
}
