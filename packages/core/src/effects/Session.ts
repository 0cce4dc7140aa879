/**
 * A session: settings and cookies in a `Ref`, and the shell around the pure rules (requests' `Session`).
 *
 * @module
 */
import { HttpClient } from "@effect/platform"
import { type Config, type ConfigError, Context, Effect, Either, Layer, Option, Ref, type Scope, Stream } from "effect"
import { type Environment, empty as noEnvironment } from "../data/Environment.js"
import type { SendError } from "../data/Errors.js"
import type { Explanation } from "../data/Explanation.js"
import type { Facts } from "../data/Facts.js"
import { InvalidRequest } from "../data/PreparedRequest.js"
import { make as ask, Call, type Options, type Request } from "../data/Request.js"
import type { Response } from "../data/Response.js"
import { make as makeState, mapSettings, type SessionState } from "../data/SessionState.js"
import { empty as noSettings, type Settings } from "../data/Settings.js"
import { type Missing, restore as restoreState, type SealedSnapshot, seal } from "../data/Snapshot.js"
import type { InvalidSnapshot, Unsaveable } from "../data/SnapshotErrors.js"
import { hasParts } from "../rules/encode.js"
import { explain } from "../rules/explain.js"
import { merge } from "../rules/merge.js"
import { prepare } from "../rules/prepare.js"
import { Adapter, type Wire } from "./Adapter.js"
import * as Chain from "./Chain.js"
import * as CookieJar from "./CookieJar.js"
import * as HttpClientBridge from "./HttpClientBridge.js"
import * as Kept from "./Kept.js"
import { Mounts } from "./Mounts.js"
import { Decoders, MakeNonce, ReadEnvironment } from "./World.js"

/** A verb: a URL, absolute or relative to the `baseUrl`, and what this request says for itself. */
export type Verb = (url: string | URL, options?: Options) => Effect.Effect<Response, SendError>

/** What is sent: a request, which is prepared first, or a call, which goes out as it is. */
export type Sendable = Request | Call

/** What a session can do. */
export interface Service {
  /** All that it remembers. Change it with `update`, never by get-then-set. */
  readonly state: Ref.Ref<SessionState>
  /** The call that a request makes, by the state of now; nothing is sent. */
  readonly prepare: (request: Request) => Effect.Effect<Call, InvalidRequest>
  /** The last response of the chain: its body read, its connection free, with its history. */
  readonly send: (what: Sendable) => Effect.Effect<Response, SendError>
  /** The last response with its body still arriving: the Scope is the open connection. */
  readonly stream: (what: Sendable) => Effect.Effect<Response, SendError, Scope.Scope>
  /** Every response of the chain, as it comes: `take(n)` sends n requests. A refusal fails it after the hop that caused it. */
  readonly hops: (what: Sendable) => Stream.Stream<Response, SendError>
  /** Walks on by hand from any response of a session, also where `allowRedirects` is off (requests' `resolve_redirects`). */
  readonly follow: (response: Response) => Stream.Stream<Response, SendError>
  readonly request: (method: string, url: string | URL, options?: Options) => Effect.Effect<Response, SendError>
  readonly get: Verb
  /** Follows no redirect unless `allowRedirects` says so. */
  readonly head: Verb
  readonly post: Verb
  readonly put: Verb
  readonly patch: Verb
  readonly delete: Verb
  readonly options: Verb
  /** Changes the state by a pure function: `update(SessionState.mapSettings(…))`. */
  readonly update: (f: (state: SessionState) => SessionState) => Effect.Effect<void>
  /** Forgets the environment: whatever is asked next reads variables and `.netrc` anew, for this session and its forks. */
  readonly reread: Effect.Effect<void>
  readonly cookies: CookieJar.CookieJar
  /** From now on this adapter serves the URLs below the prefix; the longest prefix wins. */
  readonly mount: (prefix: string, wire: Wire) => Effect.Effect<void>
  /** For every part of a request, which layer set or removed it, and why; nothing is sent. */
  readonly explain: (request: Request) => Effect.Effect<Explanation, InvalidRequest>
  /** All that it remembers, secrets included, as JSON for `restore`; what cannot be saved fails with its path. */
  readonly snapshot: Effect.Effect<SealedSnapshot, Unsaveable>
  /** A session that starts from this one's state and adapters and goes its own way; costs nothing. */
  readonly fork: (settings?: Settings) => Effect.Effect<Service>
}

/** The session of a program. */
export class Session extends Context.Tag("@effect-requests/core/Session")<Session, Service>() {}

/**
 * A session of one's own, for whoever wants several. It needs only an `Adapter`.
 *
 * @example
 * import { Adapter, Answer, Session } from "@effect-requests/core"
 * import { Effect } from "effect"
 *
 * const hello = Adapter.fromWhole(() =>
 *   Effect.succeed({ status: 200, reason: "OK", rawHeaders: [], content: Answer.whole(new TextEncoder().encode("hello")) })
 * )
 * const program = Effect.gen(function* () {
 *   const session = yield* Session.make({ baseUrl: "https://api.example.test" })
 *   const response = yield* session.get("/greeting")
 *   return yield* response.text
 * })
 * console.assert(Effect.runSync(Effect.provideService(program, Adapter.Adapter, hello)) === "hello")
 */
export const make = (settings: Settings = noSettings): Effect.Effect<Service, never, Adapter> =>
  Effect.gen(function* () {
    const wire = yield* Adapter
    const environment = yield* Kept.make(yield* ReadEnvironment)
    const nonce = yield* MakeNonce
    const decoders = yield* Decoders
    return open({
      state: Ref.unsafeMake(makeState({ settings })),
      mounts: Mounts.of(wire, decoders),
      environment,
      nonce,
      codings: Array.from(decoders.keys())
    })
  })

/**
 * The session of a program, as a layer.
 *
 * @example
 * import { Session } from "@effect-requests/core"
 * import { Layer } from "effect"
 *
 * console.assert(Layer.isLayer(Session.layer({ baseUrl: "https://api.example.test" })))
 */
export const layer = (settings: Settings = noSettings): Layer.Layer<Session, never, Adapter> =>
  Layer.effect(Session, make(settings))

/**
 * The same with settings that Effect's `Config` reads: from variables, or from whatever the program's ConfigProvider has. What is
 * missing or wrong there is a `ConfigError` with its path, when the layer is built.
 *
 * @example
 * import { Auth, Session } from "@effect-requests/core"
 * import { StubAdapter } from "@effect-requests/testing"
 * import { Config, ConfigProvider, Effect, Layer } from "effect"
 *
 * const settings = Config.all({
 *   baseUrl: Config.string("URL"),
 *   auth: Config.map(Config.redacted("TOKEN"), Auth.bearer)
 * }).pipe(Config.nested("API"))
 * const given = ConfigProvider.fromMap(new Map([["API.URL", "https://api.example.test"], ["API.TOKEN", "abc"]]))
 *
 * const layer = Layer.provide(Session.layerConfig(settings), StubAdapter.layer(({ target }) => ({ text: target.href })))
 * const me = Effect.flatMap(Session.Session, (session) => session.get("/me"))
 * const response = await me.pipe(Effect.provide(layer), Effect.withConfigProvider(given), Effect.runPromise)
 * console.assert(response.url === "https://api.example.test/me")
 */
export const layerConfig = (
  settings: Config.Config<Settings>
): Layer.Layer<Session, ConfigError.ConfigError, Adapter> => Layer.effect(Session, Effect.flatMap(settings, make))

/**
 * A session as platform's `HttpClient`: `HttpApiClient`, RPC and whatever else takes one keep cookies, credentials and safe
 * redirects. A body arrives as it is read. Failures are platform's, ours is their `cause`.
 *
 * @example
 * import { Session } from "@effect-requests/core"
 * import { StubAdapter } from "@effect-requests/testing"
 * import { HttpClientResponse } from "@effect/platform"
 * import { Effect, Schema } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const client = Session.toHttpClient(yield* Session.make({ baseUrl: "https://api.example.test" }))
 *   return yield* Effect.flatMap(client.get("/me"), HttpClientResponse.schemaBodyJson(Schema.Struct({ id: Schema.Number })))
 * })
 * const me = await Effect.runPromise(Effect.provide(program, StubAdapter.layer(() => ({ json: { id: 1 } }))))
 * console.assert(me.id === 1)
 */
export const toHttpClient = (session: Service): HttpClient.HttpClient =>
  HttpClientBridge.make({ state: session.state, stream: session.stream })

/**
 * Platform's `HttpClient` as a layer, with a session of its own behind it.
 *
 * @example
 * import { Session } from "@effect-requests/core"
 * import { StubAdapter } from "@effect-requests/testing"
 * import { HttpClient } from "@effect/platform"
 * import { Effect, Layer } from "effect"
 *
 * const client = Layer.provide(Session.layerHttpClient(), StubAdapter.layer(() => ({ text: "hello" })))
 * const hello = Effect.flatMap(HttpClient.get("https://a.example.test/"), (response) => response.text)
 * console.assert((await Effect.runPromise(Effect.provide(hello, client))) === "hello")
 */
export const layerHttpClient = (settings: Settings = noSettings): Layer.Layer<HttpClient.HttpClient, never, Adapter> =>
  Layer.effect(HttpClient.HttpClient, Effect.map(make(settings), toHttpClient))

/**
 * A session from a snapshot, sealed or open, and the secrets that an open one has left out.
 *
 * @example
 * import { Session } from "@effect-requests/core"
 * import { StubAdapter } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const session = yield* Session.make({ headers: { "X-Api-Key": "abc" } })
 *   const { missing, session: again } = yield* Session.restore(yield* session.snapshot)
 *   yield* again.get("https://anywhere.test/")
 *   return missing.length
 * })
 * console.assert(Effect.runSync(Effect.provide(program, StubAdapter.layer(() => ({ text: "in" })))) === 0)
 */
export const restore = (
  snapshot: unknown
): Effect.Effect<{ readonly session: Service; readonly missing: ReadonlyArray<Missing> }, InvalidSnapshot, Adapter> =>
  Effect.flatMap(restoreState(snapshot), ({ missing, state }) =>
    Effect.map(
      Effect.tap(make(), (session) => session.update(() => state)),
      (session) => ({ missing, session })
    )
  )

const open = (shell: Chain.Shell): Service => {
  const chain = Chain.make(shell)

  /** A question about a request, by the facts of now. They are at hand, but for an environment not yet read and a nonce. */
  const asked = <A, E, R>(request: Request, run: Chain.Run, question: (facts: Facts) => Effect.Effect<A, E, R>) =>
    Effect.flatMap(Ref.get(shell.state), (state) => {
      const trusted = request.options.trustEnv ?? state.settings.trustEnv ?? true
      const known = trusted ? shell.environment.known : noEnvironment
      const ask = (environment: Environment, nonce: string) =>
        question({ state, environment, now: run.clock.unsafeCurrentTimeMillis(), nonce, codings: shell.codings })
      if (hasParts(request.options)) {
        const environment = known === undefined ? shell.environment.read : Effect.succeed(known)
        return Effect.flatMap(Effect.zip(environment, shell.nonce), ([environment, nonce]) => ask(environment, nonce))
      }
      return known === undefined
        ? Effect.flatMap(shell.environment.read, (environment) => ask(environment, ""))
        : ask(known, "")
    })

  const prepared = (request: Request, run: Chain.Run) => asked(request, run, (facts) => prepare(request, facts))

  /** Whatever is sent, as the first step of its chain; the fiber is looked at once. */
  const started = <A, E, R>(what: Sendable, go: (step: Chain.Step, run: Chain.Run) => Effect.Effect<A, E, R>) =>
    Effect.withFiberRuntime<A, E | InvalidRequest, R>((fiber) => {
      const run = Chain.runOf(fiber)
      if (what instanceof Call) return go(Chain.first(what, run), run)
      return asked(what, run, (facts): Effect.Effect<A, E | InvalidRequest, R> => {
        const call = prepare(what, facts)
        return Either.isLeft(call) ? Effect.fail(call.left) : go(Chain.first(call.right, run), run)
      })
    })

  const send = (what: Sendable) => started(what, chain.last)
  const verb =
    (method: string): Verb =>
    (url, options) =>
      send(ask(method, url, options))

  const service: Service = {
    state: shell.state,
    prepare: (request) => Effect.withFiberRuntime((fiber) => prepared(request, Chain.runOf(fiber))),
    send,
    stream: (what) => started(what, chain.lastLive),
    hops: (what) => Stream.unwrap(started(what, (step, run) => Effect.succeed(chain.all(step, run)))),
    follow: (response) => Stream.unwrap(followed(chain, response)),
    request: (method, url, options) => send(ask(method, url, options)),
    get: verb("GET"),
    head: verb("HEAD"),
    post: verb("POST"),
    put: verb("PUT"),
    patch: verb("PATCH"),
    delete: verb("DELETE"),
    options: verb("OPTIONS"),
    update: (f) => Ref.update(shell.state, f),
    reread: shell.environment.forget,
    cookies: CookieJar.make(shell.state),
    explain: (request) =>
      Effect.withFiberRuntime((fiber) =>
        asked(request, Chain.runOf(fiber), (facts) =>
          explain(request, facts, (url) => shell.mounts.find(url)?.supports)
        )
      ),
    snapshot: Effect.flatMap(Ref.get(shell.state), seal),
    mount: (prefix, wire) => Effect.sync(() => shell.mounts.mount(prefix, wire)),
    fork: (settings = noSettings) =>
      Effect.map(Ref.get(shell.state), (state) =>
        open({
          state: Ref.unsafeMake(mapSettings((base) => merge(base, settings))(state)),
          mounts: shell.mounts.fork(),
          environment: shell.environment,
          nonce: shell.nonce,
          codings: shell.codings
        })
      )
  }
  return service
}

const followed = (
  chain: Chain.Chain,
  response: Response
): Effect.Effect<Stream.Stream<Response, SendError>, InvalidRequest> =>
  Effect.withFiberRuntime((fiber) => {
    const { call } = response
    if (!(call instanceof Call)) return Effect.fail(foreign)
    const run = Chain.runOf(fiber)
    return Effect.map(
      chain.after({ call, response }, run),
      Option.match({
        onNone: () => Stream.empty,
        onSome: Either.match({
          onLeft: (refused) => Stream.fail(refused),
          onRight: (step) => chain.all(step, run, () => true)
        })
      })
    )
  })

const foreign = new InvalidRequest({
  reason: "Foreign",
  where: "response",
  problem: "no session has made this response",
  remedy: "Follow a response that a session gave"
})
