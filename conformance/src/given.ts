/**
 * What several areas start from: facts of a quiet moment, and messages and responses without a wire.
 *
 * @module
 */
import {
  Answer,
  type Body,
  Environment,
  type Facts,
  type Headers,
  Request,
  Response,
  Rules,
  SessionState,
  Settings
} from "@effect-requests/core"
import { Either, Schema } from "effect"

/** A session as requests has it, in an environment that says nothing. */
export const facts: Facts.Facts = {
  state: SessionState.make({ settings: Settings.compatible }),
  environment: Environment.empty,
  now: 0,
  nonce: "boundary"
}

/** Its settings without a gap. */
export const settings = Either.getOrThrowWith(Rules.settle(Settings.compatible, "GET"), (refused) => refused)

/** What may stand where Python takes a text, a number or a truth. */
export const Scalar = Schema.Union(Schema.String, Schema.Number, Schema.Boolean)

/** Python's dictionary or list of pairs: `None` is left out, also within a list of values. */
export const Entries = Schema.Union(
  Schema.Record({
    key: Schema.String,
    value: Schema.Union(Schema.NullOr(Scalar), Schema.Array(Schema.NullOr(Scalar)))
  }),
  Schema.Array(Schema.Tuple(Schema.String, Schema.NullOr(Scalar)))
)

type Value = typeof Scalar.Type

/** A list, and not the record beside it: `Array.isArray` tells readonly lists from nothing. */
export const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)

/** The same without what Python leaves out of a list. */
export const entriesOf = (
  entries: typeof Entries.Type
): Readonly<Record<string, Value | ReadonlyArray<Value> | null>> | ReadonlyArray<readonly [string, Value | null]> =>
  isList(entries)
    ? entries
    : Object.fromEntries(
        Object.entries(entries).map(([name, value]) => [name, isList(value) ? value.filter(isValue) : value] as const)
      )

const isValue = (value: Value | null): value is Value => value !== null

/** The call, or the reason of the refusal. */
export const prepared = (
  method: string,
  url: string,
  options: Request.Options = {}
): Either.Either<Request.Call, string> =>
  Either.mapLeft(Rules.prepare(Request.make(method, url, options), facts), ({ reason }) => reason)

/** A call's answer. */
export const answered = (
  call: Request.Call,
  status: number,
  rawHeaders: Headers.Headers,
  { bytes = new Uint8Array(), reason = "" }: { readonly bytes?: Uint8Array; readonly reason?: string } = {}
): Response.Response =>
  new Response.Response(call, { status, reason, rawHeaders, content: Answer.whole(bytes) }, [], 0n)

/** A plain call, for areas that ask about its answer. */
export const plain = (url = "http://h.test/"): Request.Call => Either.getOrThrowWith(prepared("GET", url), Error)

/** A body as requests shows it: its text, or null. A stream has none. */
export const textOf = (body: Body.Body): string | null =>
  body._tag === "Bytes" ? new TextDecoder().decode(body.bytes) : null

/** Python's dictionary of proxies, or `None`. */
export const Proxies = Schema.NullOr(Schema.Record({ key: Schema.String, value: Schema.NullOr(Schema.String) }))
