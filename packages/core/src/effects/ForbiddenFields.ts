/**
 * The fields that a browser's fetch takes away without a word: found out by asking it.
 *
 * @module
 */

const known = new Map<string, boolean>()

/** Its own `Request` shows what the platform would send. */
const isTaken = (name: string): boolean =>
  typeof globalThis.Request === "function" &&
  !new globalThis.Request("http://localhost/", { headers: { [name]: "x" } }).headers.has(name)

/** Whether this platform takes a field away (Fetch §2.2.2, "forbidden request-header"). The name is in lower case. */
export const isForbidden = (name: string): boolean => {
  const answer = known.get(name) ?? isTaken(name)
  known.set(name, answer)
  return answer
}
