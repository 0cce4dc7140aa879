/**
 * The other side of a wire, as an adapter's laws need it: what it does is told as data, what it saw is asked.
 *
 * @module
 */
import { type Adapter, Answer, Body, Errors } from "@effect-requests/core"
import { Data, Effect, Ref, Stream } from "effect"
import * as StubAdapter from "./StubAdapter.js"

/** What the other side does with a message, once it has all of it. */
export type Reply = Data.TaggedEnum<{
  /** Answers, and is done. */
  Answers: {
    readonly status: number
    readonly headers: ReadonlyArray<readonly [name: string, value: string]>
    readonly body: Uint8Array
  }
  /** Says nothing at all. */
  Silent: {}
  /** Announces a body, sends this much of it, and says nothing more. */
  Stalls: { readonly first: Uint8Array }
  /** Announces a body, sends this much of it, and closes the connection. */
  Breaks: { readonly first: Uint8Array }
}>

/** The replies, and a case analysis over them: what a peer of one's own is written with. */
export const Reply = Data.taggedEnum<Reply>()

/** A message as it arrived. */
export interface Seen {
  readonly method: string
  /** Path and query, byte for byte. */
  readonly path: string
  /** In the order of the wire; the case of the names does not matter (HTTP/2 has none). */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: Uint8Array
}

/** The other side. */
export interface Peer {
  /** Its origin, without a slash at its end. */
  readonly url: string
  readonly seen: Effect.Effect<ReadonlyArray<Seen>>
  /** How many exchanges it has begun, and neither finished nor seen closed. */
  readonly open: Effect.Effect<number>
}

const bytesOf = (body: Body.Body): Effect.Effect<Uint8Array> =>
  Body.match(body, {
    Empty: () => Effect.succeed(new Uint8Array()),
    Bytes: ({ bytes }) => Effect.succeed(bytes),
    Replayable: ({ stream }) => joined(stream()),
    OneShot: ({ stream }) => joined(stream)
  })

const joined = (stream: Stream.Stream<Uint8Array, unknown>): Effect.Effect<Uint8Array> =>
  Effect.orDie(
    Answer.collect(
      Stream.mapError(stream, () => new Errors.BodyError({ reason: "Upload", detail: "the request's body failed" }))
    )
  )

const pairs = (headers: ReadonlyArray<string>): Seen["headers"] =>
  headers.flatMap((name, i) => (i % 2 === 0 ? [[name, headers[i + 1] ?? ""] as const] : []))

const broken = Stream.fail(new Errors.BodyError({ reason: "Truncated", detail: "the peer closed the connection" }))

/**
 * A stub and its peer, for the laws of whatever is wrapped around a stub.
 *
 * @example
 * import { Adapter, Http } from "@effect-requests/core"
 * import { Peer } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const { peer, wire } = yield* Peer.stub(Peer.Reply.Answers({ status: 404, headers: [], body: new Uint8Array() }))
 *   yield* Effect.provideService(Http.get(`${peer.url}/a?b=1`), Adapter.Adapter, wire)
 *   return yield* peer.seen
 * })
 * console.assert(Effect.runSync(program)[0]?.path === "/a?b=1")
 */
export const stub = (reply: Reply): Effect.Effect<{ readonly peer: Peer; readonly wire: Adapter.Wire }> =>
  Effect.gen(function* () {
    const seen = yield* Ref.make<ReadonlyArray<Seen>>([])
    const open = yield* Ref.make(0)
    const begun = Ref.update(open, (n) => n + 1)
    const ended = Ref.update(open, (n) => n - 1)
    const held = <A>(stream: Stream.Stream<A>) =>
      Stream.acquireRelease(begun, () => ended).pipe(Stream.flatMap(() => stream))
    const { wire } = yield* StubAdapter.make((request) =>
      Effect.gen(function* () {
        const body = yield* bytesOf(request.body)
        const { headers, method, target } = request
        yield* Ref.update(seen, (all) => [...all, { method, path: target.path, headers: pairs(headers), body }])
        return yield* Reply.$match(reply, {
          Answers: ({ body, headers, status }) => Effect.succeed({ status, headers, bytes: body }),
          Silent: () =>
            Effect.acquireUseRelease(
              begun,
              () => Effect.never,
              () => ended
            ),
          Stalls: ({ first }) => Effect.succeed({ stream: held(Stream.concat(Stream.make(first), Stream.never)) }),
          Breaks: ({ first }) => Effect.succeed({ stream: Stream.concat(Stream.make(first), broken) })
        })
      })
    )
    const peer: Peer = { url: "http://peer.test", seen: Ref.get(seen), open: Ref.get(open) }
    return { wire, peer }
  })
