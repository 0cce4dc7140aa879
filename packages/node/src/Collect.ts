/**
 * An answer whose body is read inside the call: no stream and no scope in between.
 *
 * @module
 */
import { Answer, type Errors } from "@effect-requests/core"
import { Effect } from "effect"
import { Exchange } from "./Exchange.js"
import { type Head, Received } from "./Received.js"

const nothing = new Uint8Array(0)

/** Collects the pieces. Of a redirect's body it keeps what is worth reading, and that never fails. */
export class Collect extends Exchange {
  private answered: Head | undefined = undefined
  private limit = Infinity
  private length = 0
  private first: Uint8Array | undefined = undefined
  private rest: Array<Uint8Array> | undefined = undefined

  protected onHead(head: Head): void {
    this.answered = head
    this.limit = this.room(head)
    if (this.limit <= 0) this.cut()
  }

  protected onPiece(bytes: Uint8Array): void {
    const piece = this.length + bytes.length > this.limit ? bytes.subarray(0, this.limit - this.length) : bytes
    if (this.first === undefined) this.first = piece
    else if (this.rest === undefined) this.rest = [this.first, piece]
    else this.rest.push(piece)
    this.length += piece.length
    if (this.length >= this.limit) this.cut()
  }

  protected onEnd(): void {
    const head = this.answered
    if (head !== undefined) this.done(Effect.succeed(new Received(head, Answer.whole(this.bytes()))))
  }

  protected onBreak(error: Errors.BodyError): void {
    if (this.limit === Infinity) this.done(Effect.fail(error))
    else this.onEnd()
  }

  /** What still comes is not worth its time. */
  private cut(): void {
    this.abort()
    this.onEnd()
  }

  /** One copy of the body, however many pieces it came in; none where it came in one. */
  private bytes(): Uint8Array {
    if (this.rest === undefined) return this.first ?? nothing
    const out = new Uint8Array(this.length)
    let at = 0
    for (const piece of this.rest) {
      out.set(piece, at)
      at += piece.length
    }
    return out
  }
}
