/**
 * Bytes end to end.
 *
 * @module
 */

/**
 * All pieces as one; a single piece is itself, not a copy.
 *
 * @example
 * import { Bytes } from "@effect-requests/core"
 *
 * console.assert(Bytes.concat([new Uint8Array([1]), new Uint8Array([2, 3])]).join() === "1,2,3")
 */
export const concat = (pieces: ReadonlyArray<Uint8Array>): Uint8Array => {
  const [first] = pieces
  if (pieces.length === 1 && first !== undefined) return first
  const out = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    out.set(piece, at)
    at += piece.length
  }
  return out
}
