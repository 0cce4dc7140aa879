/**
 * HAR 1.2 as a Schema: the fields that the specification asks for, and those of the optional ones that a tape needs.
 * Others are let through and not kept.
 *
 * @module
 */
import { Schema } from "effect"

const Pairs = Schema.Array(Schema.Struct({ name: Schema.String, value: Schema.String }))

/** Its custom field `_encoding` says "base64" where the text is no text; HAR has no such field for requests. */
const PostData = Schema.Struct({
  mimeType: Schema.String,
  text: Schema.optional(Schema.String),
  _encoding: Schema.optional(Schema.String)
})

const HarRequest = Schema.Struct({
  method: Schema.String,
  url: Schema.String,
  httpVersion: Schema.String,
  cookies: Schema.Array(Schema.Unknown),
  headers: Pairs,
  queryString: Pairs,
  postData: Schema.optional(PostData),
  headersSize: Schema.Number,
  bodySize: Schema.Number
})

const Content = Schema.Struct({
  size: Schema.Number,
  mimeType: Schema.String,
  text: Schema.optional(Schema.String),
  encoding: Schema.optional(Schema.String)
})

const HarResponse = Schema.Struct({
  status: Schema.Int,
  statusText: Schema.String,
  httpVersion: Schema.String,
  cookies: Schema.Array(Schema.Unknown),
  headers: Pairs,
  content: Content,
  redirectURL: Schema.String,
  headersSize: Schema.Number,
  bodySize: Schema.Number
})

/** A date and time of ISO 8601, with its offset. */
const DateTime = Schema.String.pipe(
  Schema.pattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/, { title: "a date and time of ISO 8601" })
)

const Entry = Schema.Struct({
  startedDateTime: DateTime,
  time: Schema.Number,
  request: HarRequest,
  response: HarResponse,
  cache: Schema.Struct({}),
  timings: Schema.Struct({ send: Schema.Number, wait: Schema.Number, receive: Schema.Number })
})

/** A HAR file. */
export const Har = Schema.Struct({
  log: Schema.Struct({
    version: Schema.Literal("1.2", "1.1"),
    creator: Schema.Struct({ name: Schema.String, version: Schema.String }),
    entries: Schema.Array(Entry)
  })
})

/** A HAR file's content. */
export interface Har extends Schema.Schema.Type<typeof Har> {}

/** One entry of it. */
export interface Entry extends Schema.Schema.Type<typeof Entry> {}
