/**
 * One route: what it asks of a message, and what it replies.
 *
 * @module
 */
import { Headers, Json, type PreparedRequest } from "@effect-requests/core"
import { Effect, Either, Option, type Schema } from "effect"
import { both, type Difference, decoding, type Expectations, expecting, type Judged } from "./Difference.js"
import { judge as judgePattern, type Params, type Path, queryOf } from "./Pattern.js"
import type { Reply } from "./Reply.js"
import { type Sent, textOf } from "./Sent.js"

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

/** A finished route: a value, and a pure question. */
export interface Route<out R = never> {
  /** Method and pattern, or what `as` has named it: its name in the log. */
  readonly name: string
  readonly judge: (sent: Sent) => Judged<Replying<R>>
}

/** A route without a reply: each method asks for more, and gives a new value. */
export class Matching<out P, out J> {
  constructor(
    readonly name: string,
    private readonly judge: (sent: Sent) => Judged<Asked<P, J>>
  ) {}

  /** By this name in the log, instead of method and pattern. */
  as(name: string): Matching<P, J> {
    return new Matching(name, this.judge)
  }

  /** Query parameters; those not mentioned may be anything, `null` must be absent. */
  query(expectations: Expectations): Matching<P, J> {
    return this.also(({ request }) => expecting("query", expectations, (name) => queryOf(request.target).getAll(name)))
  }

  /** Header fields; those not mentioned may be anything, `null` must be absent. */
  headers(expectations: Expectations): Matching<P, J> {
    return this.also(({ request }) =>
      expecting("header", expectations, (name) => Headers.getAll(request.headers, name))
    )
  }

  /** The fields of a form (`application/x-www-form-urlencoded`). */
  form(expectations: Expectations): Matching<P, J> {
    return this.also((sent) => {
      const fields = new URLSearchParams(textOf(sent))
      return expecting("form", expectations, (name) => fields.getAll(name))
    })
  }

  /** The body is JSON of this Schema; the reply sees it decoded. */
  json<A, I>(schema: Schema.Schema<A, I>): Matching<P, A> {
    return new Matching(this.name, (sent) =>
      both(this.judge(sent), jsonOf(schema, sent), (asked, json) => ({ ...asked, json }))
    )
  }

  /** The pattern's parameters through a Schema: `Schema.Struct({ id: Schema.NumberFromString })`. */
  params<A, I>(schema: Schema.Schema<A, I>): Matching<A, J> {
    return new Matching(this.name, (sent) =>
      Either.flatMap(this.judge(sent), (asked) =>
        Either.map(decoding("params", schema, asked.params), (params) => ({ ...asked, params }))
      )
    )
  }

  /** Whatever else must hold, with the words that say what. */
  where(says: string, holds: (asked: Asked<P, J>) => boolean): Matching<P, J> {
    return new Matching(this.name, (sent) =>
      Either.filterOrLeft(
        this.judge(sent),
        holds,
        (): ReadonlyArray<Difference> => [{ part: "where", far: 1, text: `where: it does not hold that ${says}` }]
      )
    )
  }

  /** Always this reply, made afresh for each message. */
  reply<R = never>(responder: Responder<P, J, R>): Route<R> {
    return this.replies([responder])
  }

  /** One reply after another, and then the last again, all again, or a failure. Default: the last again. */
  replies<R = never>(responders: ReadonlyArray<Responder<P, J, R>>, then: Then = "repeat the last"): Route<R> {
    return {
      name: this.name,
      judge: (sent) =>
        Either.map(
          this.judge(sent),
          (asked): Replying<R> =>
            (n) => {
              const responder = Option.fromNullable(responders[turn(n, responders.length, then)])
              return Option.map(responder, (one) => respond(one, asked))
            }
        )
    }
  }

  private also(ask: (sent: Sent) => Judged<void>): Matching<P, J> {
    return new Matching(this.name, (sent) => both(this.judge(sent), ask(sent), (asked) => asked))
  }
}

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

const jsonOf = <A, I>(schema: Schema.Schema<A, I>, sent: Sent): Judged<A> =>
  Either.flatMap(
    Either.mapLeft(
      Json.parse(textOf(sent)),
      ({ column, line }): ReadonlyArray<Difference> => [
        {
          part: "json",
          far: 1,
          text:
            sent.body.length === 0 ? "json: there is no body" : `json: no JSON from line ${line}, column ${column} on`
        }
      ]
    ),
    (json) => decoding("json", schema, json)
  )

/**
 * A route of any method (`"*"`: all of them). A pattern is a path, or a URL where the origin counts; `:name` stands for
 * one segment, `*` at its end for the rest, and a query for parameters that must be there.
 *
 * @example
 * import { Route } from "@effect-requests/testing"
 *
 * const purge = Route.make("PURGE", "https://cdn.example.test/files/*").reply(({ params }) => ({ text: params["*"] }))
 * console.assert(purge.name === "PURGE https://cdn.example.test/files/*")
 */
export const make = <const P extends Path>(method: string, pattern: P): Matching<Params<P>, undefined> => {
  const judge = judgePattern(pattern)
  return new Matching(`${method} ${pattern}`, ({ body, request }) =>
    both(methodOf(method, request.method), judge(request.target), (_, params) => ({
      request,
      body,
      query: queryOf(request.target),
      params,
      json: undefined
    }))
  )
}

const methodOf = (wanted: string, actual: string): Judged<void> =>
  wanted === "*" || wanted === actual
    ? Either.void
    : Either.left([{ part: "method", far: 2, text: `method: ${actual}, but the route wants ${wanted}` }])

const of =
  (method: string) =>
  <const P extends Path>(pattern: P): Matching<Params<P>, undefined> =>
    make(method, pattern)

/**
 * GET of a pattern.
 *
 * @example
 * import { Route } from "@effect-requests/testing"
 *
 * const user = Route.get("/users/:id").reply(({ params }) => ({ json: { id: params.id } }))
 * console.assert(user.name === "GET /users/:id")
 */
export const get = of("GET")

/**
 * HEAD of a pattern; a GET route does not answer it.
 *
 * @example
 * import { Route } from "@effect-requests/testing"
 *
 * console.assert(Route.head("/big").reply({ headers: { "Content-Length": "9" } }).name === "HEAD /big")
 */
export const head = of("HEAD")

/**
 * POST to a pattern.
 *
 * @example
 * import { Route } from "@effect-requests/testing"
 * import { Schema } from "effect"
 *
 * const created = Route.post("/users")
 *   .json(Schema.Struct({ name: Schema.String }))
 *   .reply(({ json }) => ({ status: 201, json: { id: 1, name: json.name } }))
 * console.assert(created.name === "POST /users")
 */
export const post = of("POST")

/**
 * PUT to a pattern.
 *
 * @example
 * import { Route } from "@effect-requests/testing"
 *
 * console.assert(Route.put("/users/:id").reply({ status: 204 }).name === "PUT /users/:id")
 */
export const put = of("PUT")

/**
 * PATCH of a pattern.
 *
 * @example
 * import { Route } from "@effect-requests/testing"
 *
 * console.assert(Route.patch("/users/:id").reply({ status: 204 }).name === "PATCH /users/:id")
 */
export const patch = of("PATCH")

/**
 * DELETE of a pattern.
 *
 * @example
 * import { Route } from "@effect-requests/testing"
 *
 * const removed = Route.del("/users/:id").replies([{ status: 204 }, { status: 404 }])
 * console.assert(removed.name === "DELETE /users/:id")
 */
export const del = of("DELETE")

/**
 * OPTIONS of a pattern.
 *
 * @example
 * import { Route } from "@effect-requests/testing"
 *
 * console.assert(Route.options("*").reply({ status: 204 }).name === "OPTIONS *")
 */
export const options = of("OPTIONS")
