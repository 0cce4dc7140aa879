/**
 * A message's fields as HTTP/2 has them (RFC 9113 §8.2, §8.3).
 *
 * @module
 */
import type { OutgoingHttpHeaders } from "node:http2"

/** What a message says besides its fields. */
export interface Line {
  readonly method: string
  readonly path: string
  readonly scheme: string
  readonly authority: string
}

/** These speak of one connection (RFC 9113 §8.2.2), and of HTTP/1.1. */
const hopByHop = new Set(["connection", "host", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"])

/**
 * Names in lower case, repeats side by side. Host becomes `:authority`; what speaks of the connection is left out, since
 * HTTP/2 has none of it.
 */
export const outgoing = (line: Line, fields: ReadonlyArray<string>): OutgoingHttpHeaders => {
  const values = new Map<string, Array<string>>()
  let authority = line.authority
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const name = (fields[i] ?? "").toLowerCase()
    const value = fields[i + 1] ?? ""
    if (name === "host") authority = value
    if (hopByHop.has(name)) continue
    const before = values.get(name)
    if (before === undefined) values.set(name, [value])
    else before.push(value)
  }
  const out: OutgoingHttpHeaders = {
    ":method": line.method,
    ":path": line.path,
    ":scheme": line.scheme,
    ":authority": authority
  }
  for (const [name, all] of values) out[name] = all.length === 1 ? all[0] : all
  return out
}

/** Incoming fields in their order, with repeats, without the pseudo-fields: what Node hands on behind its own object. */
export const incoming = (raw: unknown): Array<string> => {
  const out: Array<string> = []
  if (!Array.isArray(raw)) return out
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = String(raw[i])
    if (!name.startsWith(":")) out.push(name, String(raw[i + 1]))
  }
  return out
}

/** The length of a field section as RFC 9113 §6.5.2 counts it. */
export const sizeOf = (fields: ReadonlyArray<string>): number => fields.reduce((sum, text) => sum + text.length + 16, 0)
