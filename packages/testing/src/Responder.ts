/**
 * What a route replies: once, always, or one after another.
 *
 * @module
 */
import type { PreparedRequest } from "@effect-requests/core"
import { Effect, Option } from "effect"
import type { Reply } from "./Reply.js"

/** What a reply may look at. */
export interface Asked<P, J> {
  readonly request: PreparedRequest.PreparedRequest
  /** The body, whole. */
  readonly body: Uint8Array
  readonly query: URLSearchParams
  /** The parameters of the pattern, decoded by `params` where the route says so. */
  readonly params: P
  /** The body by the Schema of `json`; `undefined` where the route has none. */
  readonly json: J
}

/** A reply: a value, an Effect, or a function to either. What an Effect fails with becomes a failure of the adapter. */
export type Responder<P, J, R> =
  | Reply
  | Effect.Effect<Reply, unknown, R>
  | ((asked: Asked<P, J>) => Reply | Effect.Effect<Reply, unknown, R>)

/** What comes when a sequence is used up: its last reply again, all of it again, or a failure. */
export type Then = "repeat the last" | "start again" | "fail"

/** The reply to the n-th message, from 0 on; nothing when a sequence is used up. */
export type Replying<R> = (n: number) => Option.Option<Effect.Effect<Reply, unknown, R>>

/** The replies of a sequence, for one message. */
export const replying =
  <P, J, R>(responders: ReadonlyArray<Responder<P, J, R>>, then: Then, asked: Asked<P, J>): Replying<R> =>
  (n) =>
    Option.map(Option.fromNullable(responders[turn(n, responders.length, then)]), (one) => respond(one, asked))

const turn = (n: number, length: number, then: Then): number => {
  if (then === "fail") return n
  return then === "start again" ? n % length : Math.min(n, length - 1)
}

const respond = <P, J, R>(responder: Responder<P, J, R>, asked: Asked<P, J>): Effect.Effect<Reply, unknown, R> => {
  if (Effect.isEffect(responder)) return responder
  if (typeof responder !== "function") return Effect.succeed(responder)
  return Effect.suspend(() => {
    const reply = responder(asked)
    return Effect.isEffect(reply) ? reply : Effect.succeed(reply)
  })
}
