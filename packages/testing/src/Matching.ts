/**
 * A route that still asks: what it wants of a message, one wish after another.
 *
 * @module
 */
import { Headers, Json } from "@effect-requests/core"
import { Either, type Schema } from "effect"
import { both, type Difference, decoding, type Expectations, expecting, type Judged } from "./Difference.js"
import { queryOf } from "./Pattern.js"
import { type Asked, type Replying, type Responder, replying, type Then } from "./Responder.js"
import { type Sent, textOf } from "./Sent.js"

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
      judge: (sent) => Either.map(this.judge(sent), (asked) => replying(responders, then, asked))
    }
  }

  private also(ask: (sent: Sent) => Judged<void>): Matching<P, J> {
    return new Matching(this.name, (sent) => both(this.judge(sent), ask(sent), (asked) => asked))
  }
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
