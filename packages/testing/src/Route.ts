/**
 * One route: what it asks of a message, and what it replies.
 *
 * @module
 */
import { Either } from "effect"
import { both, type Judged } from "./Difference.js"
import { Matching } from "./Matching.js"
import { judge as judgePattern, type Params, type Path, queryOf } from "./Pattern.js"

export { Matching, type Route } from "./Matching.js"
export type { Asked, Replying, Responder, Then } from "./Responder.js"

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
