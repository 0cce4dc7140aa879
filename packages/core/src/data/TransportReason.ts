/**
 * Why no response came, and what the request was in then: as a word, and as a sentence.
 *
 * @module
 */

/** What happened between us and the other side. */
export type TransportReason =
  | "Dns"
  /** The adapter may not connect there (`network: "public"`). */
  | "Blocked"
  | "Refused"
  | "Unreachable"
  | "Tls"
  | "Proxy"
  | "ConnectTimeout"
  | "WriteTimeout"
  | "HeadersTimeout"
  | "Deadline"
  | "Reset"
  | "Protocol"
  | "Limit"
  | "Upload"
  | "Closed"
  | "Adapter"

/** What a request was in when its time was over; `"read"` is the body of its answer. */
export type Phase = "queue" | "connect" | "write" | "headers" | "read"

/** A reason in words; where its time was over, what it was in too. */
export const inWords = (reason: TransportReason, limit: string | undefined, phase: Phase | undefined): string => {
  const option = limit === undefined ? "" : ` (${limit})`
  const passing = reason === "Deadline" && phase !== undefined ? `; ${phases[phase]}` : ""
  return `${reasons[reason]}${option}${passing}`
}

const reasons: Readonly<Record<TransportReason, string>> = {
  Dns: "the host name could not be found; is it spelt right?",
  Blocked: "the adapter may only connect to the public internet",
  Refused: "the connection was refused; is something listening there?",
  Unreachable: "the address cannot be reached from here",
  Tls: "the TLS connection failed",
  Proxy: "the proxy failed",
  ConnectTimeout: "no connection within timeout.connect",
  WriteTimeout: "the other side took nothing of the body within timeout.write",
  HeadersTimeout: "no answer within timeout.headers",
  Deadline: "no answer within timeout.total",
  Reset: "the connection was closed before an answer came",
  Protocol: "the answer is no valid HTTP; is it another service that listens there?",
  Limit: "a limit of the adapter was reached",
  Upload: "the request's body could not be produced",
  Closed: "the adapter is closed: its layer's scope has ended",
  Adapter: "the adapter failed"
}

const phases: Readonly<Record<Phase, string>> = {
  queue: "it waited for a connection",
  connect: "it was connecting",
  write: "its body was being written",
  headers: "it was sent, and waited for the answer",
  read: "the answer's body was being read"
}
