/**
 * What was computed once from a value that does not change. A memo lives as long as the value that it belongs to, or is
 * bounded: it never grows with what is sent.
 *
 * @module
 */

/**
 * The same function, computed once for each object, for as long as somebody holds it.
 *
 * @example
 * import { Memo } from "@effect-requests/core"
 *
 * let times = 0
 * const sizeOf = Memo.byValue((list: ReadonlyArray<number>) => (times++, list.length))
 * const list = [1, 2]
 * console.assert(sizeOf(list) + sizeOf(list) === 4 && times === 1)
 */
export const byValue = <K extends WeakKey, V>(f: (key: K) => V): ((key: K) => V) => {
  const known = new WeakMap<K, { readonly value: V }>()
  return (key) => {
    const before = known.get(key)
    if (before !== undefined) return before.value
    const value = f(key)
    known.set(key, { value })
    return value
  }
}

/** Longer texts are computed each time: a memo is no store of bodies. */
const longest = 1024

/**
 * The same function, which remembers its answers to at most `size` texts of at most 1,024 characters; when it is full it
 * begins anew.
 *
 * @example
 * import { Memo } from "@effect-requests/core"
 *
 * let times = 0
 * const lengthOf = Memo.byText(1, (text) => (times++, text.length))
 * console.assert(lengthOf("a") + lengthOf("a") === 2 && times === 1)
 * console.assert(lengthOf("bc") + lengthOf("a") === 3 && times === 3)
 */
export const byText = <V>(size: number, f: (text: string) => V): ((text: string) => V) => {
  const known = new Map<string, { readonly value: V }>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before.value
    const value = f(text)
    if (text.length > longest) return value
    if (known.size >= size) known.clear()
    known.set(text, { value })
    return value
  }
}

/**
 * As `byText`, for texts of which most come only once: an answer is remembered from the second time that its text comes.
 *
 * @example
 * import { Memo } from "@effect-requests/core"
 *
 * let times = 0
 * const lengthOf = Memo.byRepeatedText(8, (text) => (times++, text.length))
 * console.assert(lengthOf("a") + lengthOf("a") + lengthOf("a") === 3 && times === 2)
 */
export const byRepeatedText = <V>(size: number, f: (text: string) => V): ((text: string) => V) => {
  const known = new Map<string, { readonly value: V }>()
  // Numbers alone, so that a text that came once holds nothing. Two texts of one number are remembered too early, no more.
  const seen = new Int32Array(size)
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before.value
    const value = f(text)
    if (text.length > longest) return value
    const hash = hashOf(text)
    const place = (hash >>> 0) % size
    if (seen[place] === hash) {
      if (known.size >= size) known.clear()
      known.set(text, { value })
    } else {
      seen[place] = hash
    }
    return value
  }
}

/**
 * The same function, which remembers its last call alone: for what comes in runs of the same. It holds one list of arguments and
 * one result.
 *
 * @example
 * import { Memo } from "@effect-requests/core"
 *
 * const joined = Memo.byLast((list: ReadonlyArray<string>, text: string) => [...list, text])
 * const list = ["a"]
 * console.assert(joined(list, "b") === joined(list, "b"))
 */
export const byLast = <Args extends ReadonlyArray<unknown>, V>(f: (...args: Args) => V): ((...args: Args) => V) => {
  let last: { readonly args: Args; readonly value: V } | undefined
  return (...args) => {
    if (last === undefined || !isSame(last.args, args)) last = { args, value: f(...args) }
    return last.value
  }
}

const isSame = (one: ReadonlyArray<unknown>, other: ReadonlyArray<unknown>): boolean => {
  for (let i = 0; i < other.length; i++) if (one[i] !== other[i]) return false
  return one.length === other.length
}

const hashOf = (text: string): number => {
  let hash = 1
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}
