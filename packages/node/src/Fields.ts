/**
 * The header fields that undici places itself, or cannot send.
 *
 * @module
 */
import { Errors, Headers, Memo, type PreparedRequest } from "@effect-requests/core"

const unsupported = (name: string, problem: string, remedy: string): Errors.InvalidRequest =>
  new Errors.InvalidRequest({ reason: "Unsupported", where: `headers[${JSON.stringify(name)}]`, problem, remedy })

/** Only names as long as one of these are looked at twice. */
const special = new Set(["expect", "host", "upgrade", "connection", "keep-alive", "transfer-encoding"])
const lengths = new Set(Array.from(special, (name) => name.length))

const isPersistence = (value: string): boolean =>
  value.toLowerCase() === "close" || value.toLowerCase() === "keep-alive"

/**
 * The fields as undici takes them, in their order and with their case, or why it cannot send them. Transfer-Encoding is
 * left out: undici writes it when a body has no length. Where HTTP/2 may be spoken, Expect is judged later. Requests that share
 * their fields share the list: undici only reads it.
 */
export const given = Memo.byLast((headers: Headers.Headers, http2: boolean): Array<string> | Errors.InvalidRequest => {
  const out: Array<string> = []
  let hosts = 0
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ""
    const value = headers[i + 1] ?? ""
    const key = lengths.has(name.length) ? name.toLowerCase() : ""
    if (!special.has(key)) out.push(name, value)
    else if (key === "host") {
      // undici refuses a second one too late: its connection would wait for ever.
      if (++hosts > 1) return unsupported(name, "a message is for one host", "Give it once")
      out.push(name, value)
    } else if (key !== "transfer-encoding") {
      const refused = key === "expect" && http2 ? undefined : refusal(name, key, value)
      if (refused !== undefined) return refused
      out.push(name, value)
    }
  }
  return out
})

const refusal = (name: string, key: string, value: string): Errors.InvalidRequest | undefined => {
  switch (key) {
    case "expect":
      return unsupported(name, "the adapter cannot wait for a 100 Continue", "Leave it out; the body is sent at once")
    case "upgrade":
      return unsupported(
        name,
        "the adapter cannot change the protocol of a connection",
        "Leave it out; use a WebSocket client"
      )
    case "keep-alive":
      return unsupported(
        name,
        "the adapter keeps connections by its own rules",
        "Leave it out; set keepAliveTimeout of the adapter"
      )
    default:
      return isPersistence(value)
        ? undefined
        : unsupported(name, "the adapter can only send keep-alive and close", 'Leave it out, or use "close"')
  }
}

/**
 * The fields for a proxy that reads the message: the host is the origin's, and what the proxy is told of the user stands
 * before a Proxy-Authorization of the message (requests' `proxy_headers`).
 */
export const forwarded = (
  fields: ReadonlyArray<string>,
  { target, transport }: PreparedRequest.PreparedRequest
): Array<string> => {
  const { proxyAuthorization } = transport
  const host = Headers.has(fields, "host")
    ? []
    : ["Host", `${target.host}${target.port === "" ? "" : `:${target.port}`}`]
  return proxyAuthorization === undefined
    ? [...fields, ...host]
    : [...Headers.remove(fields, "Proxy-Authorization"), ...host, "Proxy-Authorization", proxyAuthorization]
}
