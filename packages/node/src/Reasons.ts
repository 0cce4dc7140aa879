/**
 * What an error of undici, of Node's sockets or of OpenSSL means to a caller.
 *
 * @module
 */
import type { Errors, Tls } from "@effect-requests/core"
import { errors } from "undici"
import { Blocked } from "./Guard.js"
import * as TlsFailures from "./TlsFailures.js"

/** Why no response came, and what the platform said. */
export interface Failure {
  readonly reason: Errors.TransportReason
  readonly detail: string
  /** With reason `"Tls"`: what is wrong. */
  readonly tls?: Tls.Failure
  /** With reason `"Limit"`: the option that was in the way. */
  readonly limit?: string
}

/** Why a response's body broke off, and what the platform said. */
export interface Break {
  readonly reason: Errors.BodyReason
  readonly detail: string
}

/** The code of an error: Node's, OpenSSL's or undici's; `""` when it has none. */
export const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : ""

/** What undici and Node say of a message that they cannot send. */
export const unfit: ReadonlySet<string> = new Set([
  "UND_ERR_INVALID_ARG",
  "UND_ERR_NOT_SUPPORTED",
  "ERR_HTTP2_CONNECT_AUTHORITY",
  "ERR_HTTP2_CONNECT_PATH",
  "ERR_HTTP2_CONNECT_SCHEME",
  "ERR_HTTP2_HEADER_SINGLE_VALUE",
  "ERR_HTTP2_INVALID_CONNECTION_HEADERS",
  "ERR_HTTP2_INVALID_HEADER_VALUE",
  "ERR_INVALID_CHAR",
  "ERR_INVALID_HTTP_TOKEN"
])

/** OpenSSL's own sentence; its message has a thread and a line of its source around it. */
const opensslOf = (error: Error): string | undefined =>
  "library" in error && "reason" in error && typeof error.reason === "string" ? error.reason : undefined

/** What an error says of itself, behind its code. */
export const saying = (error: unknown): string => {
  const code = codeOf(error)
  const message = error instanceof Error ? (opensslOf(error) ?? error.message) : String(error)
  if (code === "" || message.includes(code)) return message
  return message === "" ? code : `${code}: ${message}`
}

const connection: Readonly<Record<string, Errors.TransportReason>> = {
  ENOTFOUND: "Dns",
  EAI_AGAIN: "Dns",
  EAI_FAIL: "Dns",
  EAI_NODATA: "Dns",
  EAI_NONAME: "Dns",
  EAI_SERVICE: "Dns",
  ECONNREFUSED: "Refused",
  EHOSTUNREACH: "Unreachable",
  EHOSTDOWN: "Unreachable",
  ENETUNREACH: "Unreachable",
  ENETDOWN: "Unreachable",
  EADDRNOTAVAIL: "Unreachable",
  EACCES: "Unreachable",
  EPERM: "Unreachable",
  EINVAL: "Unreachable",
  ENOENT: "Unreachable",
  ENOTDIR: "Unreachable",
  ENOTSOCK: "Unreachable",
  ENAMETOOLONG: "Unreachable",
  EPROTOTYPE: "Unreachable",
  ETIMEDOUT: "ConnectTimeout",
  UND_ERR_CONNECT_TIMEOUT: "ConnectTimeout",
  ERR_WRITE_TIMEOUT: "WriteTimeout",
  UND_ERR_HEADERS_TIMEOUT: "HeadersTimeout",
  ECONNRESET: "Reset",
  ECONNABORTED: "Reset",
  EPIPE: "Reset",
  UND_ERR_SOCKET: "Reset",
  ERR_HTTP2_STREAM_ERROR: "Reset",
  ERR_HTTP2_ERROR: "Protocol",
  ERR_HTTP2_SESSION_ERROR: "Protocol",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "Protocol",
  UND_ERR_DESTROYED: "Closed",
  UND_ERR_CLOSED: "Closed"
}

/** What a socket's file says. */
const files: Readonly<Record<string, string>> = {
  ENOENT: "there is no such socket",
  ENOTDIR: "there is no such socket",
  ENOTSOCK: "it is no socket",
  EACCES: "this user may not open the socket"
}

const verification =
  /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_|HOSTNAME_MISMATCH$|EPROTO$|PIN_MISMATCH$|CLIENT_CERTIFICATE_|ROOT_OF_)/

/** undici has one code for all that happens to a socket; for these two the other side did answer, only not with HTTP/1.1. */
const illegal: Readonly<Record<string, string>> = {
  "bad response": "an answer that nobody asked for, or an unasked-for 100 Continue",
  "bad upgrade": "an unasked-for change of protocol (101, or an Upgrade that was not offered)"
}

/** One error for all addresses of a host (RFC 8305): the one of an address that answered says most. */
const telling = (error: unknown): unknown => {
  if (error instanceof Error && codeOf(error.cause).startsWith("CLIENT_CERTIFICATE_")) return error.cause
  if (!(error instanceof AggregateError) || error.errors.length === 0) return error
  const all: ReadonlyArray<unknown> = error.errors
  return all.find((one) => codeOf(one) === "ECONNREFUSED") ?? all[0]
}

/** Why no response came. */
export const failure = (error: unknown): Failure => {
  const one = telling(error)
  if (one instanceof Blocked) return { reason: "Blocked", detail: one.message }
  const code = codeOf(one)
  if (verification.test(code)) {
    const { hint, kind } = TlsFailures.of(code)
    return { reason: "Tls", detail: withHint(one, hint), tls: kind }
  }
  if (code === "UND_ERR_HEADERS_OVERFLOW") {
    return { reason: "Limit", detail: withHint(one, remedies[code]), limit: "maxHeaderSize" }
  }
  if (one instanceof errors.HTTPParserError) return { reason: "Protocol", detail: saying(one) }
  const protocol = code === "UND_ERR_SOCKET" && one instanceof Error ? illegal[one.message] : undefined
  if (protocol !== undefined) return { reason: "Protocol", detail: protocol }
  return { reason: connection[code] ?? "Adapter", detail: withHint(one, isFile(one) ? files[code] : remedies[code]) }
}

/** What undici does not say. */
const remedies: Readonly<Record<string, string>> = {
  UND_ERR_HEADERS_OVERFLOW: "its option maxHeaderSize allows more"
}

/** Node names the address where there is one, and else the path of a socket. */
const isFile = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "address" in error && typeof error.address === "string"
    ? !("port" in error)
    : false

const withHint = (error: unknown, hint: string | undefined): string =>
  hint === undefined ? saying(error) : `${hint} (${saying(error)})`

const broken: Readonly<Record<string, Errors.BodyReason>> = {
  UND_ERR_BODY_TIMEOUT: "ReadTimeout",
  UND_ERR_SOCKET: "Truncated",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "Truncated",
  ERR_HTTP2_ERROR: "Protocol"
}

/** A parser that had nothing left to read was ended by the connection; else it read what is no chunk. */
const parsed = (error: errors.HTTPParserError): Errors.BodyReason =>
  "data" in error && error.data === "" ? "Truncated" : "Protocol"

/** Why a body broke off. What is no HTTP ends the body as well: nothing behind it can be understood. */
export const broke = (error: unknown): Break => {
  const code = codeOf(error)
  const reason = verification.test(code)
    ? "Tls"
    : (broken[code] ?? (error instanceof errors.HTTPParserError ? parsed(error) : "Reset"))
  return { reason, detail: saying(error) }
}
