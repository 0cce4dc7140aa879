/**
 * Header fields as they travel: ordered, repeatable, names compared without case.
 *
 * @module
 */

/** `[name, value, name, value, …]`: one flat list, the form in which a wire takes and gives them. */
export type Headers = ReadonlyArray<string>

/**
 * No field at all.
 *
 * @example
 * import { Headers } from "@effect-requests/core"
 *
 * console.assert(Headers.get(Headers.empty, "Accept") === undefined)
 */
export const empty: Headers = []

const sameName = (a: string, b: string): boolean =>
  a === b || (a.length === b.length && a.toLowerCase() === b.toLowerCase())

/**
 * The first value of a field, or `undefined` (RFC 9110 §5.1: names have no case).
 *
 * @example
 * import { Headers } from "@effect-requests/core"
 *
 * console.assert(Headers.get(["Content-Type", "text/html"], "content-type") === "text/html")
 */
export const get = (self: Headers, name: string): string | undefined => {
  for (let i = 0; i < self.length; i += 2) if (sameName(self[i] ?? "", name)) return self[i + 1]
  return undefined
}

/**
 * Every value of a field, in order; `Set-Cookie` needs this (RFC 9110 §5.3).
 *
 * @example
 * import { Headers } from "@effect-requests/core"
 *
 * console.assert(Headers.getAll(["Set-Cookie", "a=1", "set-cookie", "b=2"], "Set-Cookie").length === 2)
 */
export const getAll = (self: Headers, name: string): ReadonlyArray<string> => {
  const out: Array<string> = []
  for (let i = 0; i < self.length; i += 2) if (sameName(self[i] ?? "", name)) out.push(self[i + 1] ?? "")
  return out
}

/**
 * Whether a field is there.
 *
 * @example
 * import { Headers } from "@effect-requests/core"
 *
 * console.assert(Headers.has(["ETag", "\"x\""], "etag"))
 */
export const has = (self: Headers, name: string): boolean => get(self, name) !== undefined

/**
 * The fields as pairs, in order.
 *
 * @example
 * import { Headers } from "@effect-requests/core"
 *
 * console.assert(Headers.pairs(["A", "1", "B", "2"])[1]?.[0] === "B")
 */
export const pairs = (self: Headers): ReadonlyArray<readonly [name: string, value: string]> => {
  const out: Array<readonly [string, string]> = []
  for (let i = 0; i < self.length; i += 2) out.push([self[i] ?? "", self[i + 1] ?? ""])
  return out
}

/**
 * The other way round: a flat list from pairs.
 *
 * @example
 * import { Headers } from "@effect-requests/core"
 *
 * console.assert(Headers.fromPairs([["A", "1"]]).length === 2)
 */
export const fromPairs = (pairs: Iterable<readonly [name: string, value: string]>): Headers => Array.from(pairs).flat()

/**
 * One field more, at the end.
 *
 * @example
 * import { Headers } from "@effect-requests/core"
 *
 * console.assert(Headers.append(["Via", "a"], "Via", "b").length === 4)
 */
export const append = (self: Headers, name: string, value: string): Headers => [...self, name, value]

/**
 * One field more, unless there is one of that name.
 *
 * @example
 * import { Headers } from "@effect-requests/core"
 *
 * console.assert(Headers.get(Headers.setIfAbsent(["accept", "a"], "Accept", "b"), "accept") === "a")
 */
export const setIfAbsent = (self: Headers, name: string, value: string): Headers =>
  has(self, name) ? self : append(self, name, value)

/**
 * The field with exactly this value: in the place of the first of its name, else at the end.
 *
 * @example
 * import { Headers } from "@effect-requests/core"
 *
 * console.assert(Headers.set(["A", "1", "B", "2"], "a", "3").join() === "a,3,B,2")
 */
export const set = (self: Headers, name: string, value: string): Headers => {
  const out: Array<string> = []
  let placed = false
  for (const [known, old] of pairs(self)) {
    if (!sameName(known, name)) out.push(known, old)
    else if (!placed) {
      placed = true
      out.push(name, value)
    }
  }
  return placed ? out : append(self, name, value)
}

/**
 * The fields whose name a question accepts; the list itself when it accepts all of them.
 *
 * @example
 * import { Headers } from "@effect-requests/core"
 *
 * console.assert(Headers.filter(["A", "1", "B", "2"], (name) => name === "B").join() === "B,2")
 */
export const filter = (self: Headers, keeps: (name: string) => boolean): Headers => {
  const out: Array<string> = []
  for (let i = 0; i < self.length; i += 2) {
    const name = self[i] ?? ""
    if (keeps(name)) out.push(name, self[i + 1] ?? "")
  }
  return out.length === self.length ? self : out
}

/**
 * Without the fields of these names.
 *
 * @example
 * import { Headers } from "@effect-requests/core"
 *
 * console.assert(Headers.remove(["Cookie", "a=1", "Accept", "b"], "cookie").join() === "Accept,b")
 */
export const remove = (self: Headers, ...names: ReadonlyArray<string>): Headers =>
  filter(self, (name) => !names.some((other) => sameName(name, other)))

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/**
 * Whether a text is a token, as field names and methods must be (RFC 9110 §5.6.2).
 *
 * @example
 * import { Headers } from "@effect-requests/core"
 *
 * console.assert(Headers.isToken("X-Trace") && !Headers.isToken("X Trace") && !Headers.isToken(""))
 */
export const isToken = (text: string): boolean => token.test(text)

const fieldValue = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/

/**
 * Whether a text may be a field value: Latin-1 without controls, no blank at either end (RFC 9110 §5.5). CR, LF and NUL
 * would end the field or the request; a character above U+00FF cannot be written.
 *
 * @example
 * import { Headers } from "@effect-requests/core"
 *
 * console.assert(Headers.isValue("") && Headers.isValue("a b") && !Headers.isValue(" a") && !Headers.isValue("a\r\nB: c"))
 */
export const isValue = (text: string): boolean => fieldValue.test(text)
