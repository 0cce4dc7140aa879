/** The laws of an adapter, kept by what this package makes of one. */

import { Adapter, Body, Headers, PreparedRequest } from "@effect-requests/core"
import { AdapterLaws, AppAdapter, Cassette, Faults, Peer, Route, Routes } from "@effect-requests/testing"
import { Effect, Ref, Stream } from "effect"
import { describe, it } from "vitest"
import { read } from "../src/Sent.js"
import { disk, path } from "./disk.js"

const bySession = "it does not support it, so the session does it"

const untimed: AdapterLaws.Gaps = {
  "silence is ended by timeout.headers": "the stub below keeps no time",
  "a body that stalls is ended by timeout.read": "the stub below keeps no time",
  "silence is ended by the deadline": bySession
}

/** Replies as the stub behind it does. */
const routes: AdapterLaws.Make = (reply) =>
  Effect.gen(function* () {
    const { peer, wire } = yield* Peer.stub(reply)
    const table = Routes.make(
      Route.make("*", "*").reply(({ request }) =>
        Effect.map(wire.live(request), ({ content, rawHeaders, reason, status }) => ({
          status,
          reason,
          headers: Headers.pairs(rawHeaders),
          ...(content._tag === "Whole" ? { bytes: content.bytes } : { stream: content.stream })
        }))
      )
    )
    return { peer, wire: (yield* Routes.toAdapter(table)).wire }
  })

AdapterLaws.suite({ describe, it }, "routes", routes, { "silence is ended by the deadline": bySession })

const faults: AdapterLaws.Make = (reply) =>
  Effect.zipWith(Peer.stub(reply), Effect.orDie(Faults.make(Faults.plan([]))), ({ peer, wire }, around) => ({
    peer,
    wire: around(wire)
  }))

AdapterLaws.suite({ describe, it }, "a plan without faults", faults, untimed)

/** Nothing is hidden that a law looks at, and bytes are not what their Content-Encoding says. */
const shows = { headers: ["*", "Set-Cookie"], params: ["*"], bodies: true }

const cassette: AdapterLaws.Make = (reply) =>
  Effect.gen(function* () {
    const { peer, wire } = yield* Peer.stub(reply)
    const records = Cassette.make({ path, mode: "all", shows })
    return { peer, wire: Adapter.wrap(yield* Effect.orDie(Effect.provide(records, disk().layer)))(wire) }
  })

AdapterLaws.suite({ describe, it }, "a cassette that records", cassette, {
  ...untimed,
  "the end of the scope closes the exchange": "it reads a body to its end before it hands it on"
})

/** A body that two cassettes can read. */
const readable = (request: PreparedRequest.PreparedRequest) =>
  Effect.map(
    read(request),
    ({ body }) =>
      new PreparedRequest.PreparedRequest(
        request.method,
        request.target,
        request.headers,
        body.length === 0 ? Body.empty : Body.bytes(body),
        request.transport,
        request.deadline
      )
  )

/** Each message is recorded by one cassette, and answered by another that has only the file. */
const replayed: AdapterLaws.Make = (reply) =>
  Effect.map(Peer.stub(reply), ({ peer, wire }) => {
    const nowhere = Adapter.fromWhole(() => Effect.dieMessage("a replay has sent something"))
    const { layer } = disk()
    const through = (mode: Cassette.Mode, below: Adapter.Wire) => (request: PreparedRequest.PreparedRequest) =>
      Effect.flatMap(Effect.orDie(Effect.provide(Cassette.make({ path, mode, shows }), layer)), (around) =>
        Adapter.wrap(around)(below).whole(request)
      )
    return {
      peer,
      wire: Adapter.fromWhole((request) =>
        Effect.flatMap(readable(request), (message) =>
          Effect.zipRight(through("all", wire)(message), through("none", nowhere)(message))
        )
      )
    }
  })

AdapterLaws.suite({ describe, it }, "a cassette that is replayed", replayed, {
  ...untimed,
  "the end of the scope closes the exchange": "it has bodies to their end, or not at all"
})

/** An application that does what it is told, and has seen what came. */
const application: AdapterLaws.Make = (reply) =>
  Effect.gen(function* () {
    const seen = yield* Ref.make<ReadonlyArray<Peer.Seen>>([])
    const open = yield* Ref.make(0)
    const begun = Ref.update(open, (n) => n + 1)
    const ended = Ref.update(open, (n) => n - 1)
    const handler: AppAdapter.WebHandler = async (request) => {
      const { pathname, search } = new URL(request.url)
      const body = new Uint8Array(await request.arrayBuffer())
      const headers = Array.from(request.headers)
      await Effect.runPromise(
        Ref.update(seen, (all) => [...all, { method: request.method, path: pathname + search, headers, body }])
      )
      const first = (bytes: Uint8Array, then: Stream.Stream<Uint8Array, Error>) =>
        new Response(Stream.toReadableStream(Stream.concat(Stream.make(bytes), then)))
      return Peer.Reply.$match(reply, {
        Answers: async ({ body, headers, status }) => {
          const fields = headers.map(([name, value]): [string, string] => [name, value])
          return new Response(body.length === 0 ? null : new Uint8Array(body), { status, headers: fields })
        },
        Silent: () => {
          const silence = Effect.acquireUseRelease(
            begun,
            () => Effect.never,
            () => ended
          )
          return Effect.runPromise(silence, { signal: request.signal })
        },
        Stalls: async (stall) =>
          first(stall.first, Stream.acquireRelease(begun, () => ended).pipe(Stream.flatMap(() => Stream.never))),
        Breaks: async (broken) => first(broken.first, Stream.fail(new Error("closed")))
      })
    }
    return {
      peer: { url: "http://app.test", seen: Ref.get(seen), open: Ref.get(open) },
      wire: AppAdapter.fromWebHandler(handler)
    }
  })

AdapterLaws.suite({ describe, it }, "an application", application, {
  "request headers keep their order, repeats and bytes": "web's Headers sorts them and joins repeats",
  "response headers keep their order, repeats and bytes": "web's Headers sorts them",
  "silence is ended by the deadline": bySession
})
