import { Headers, type Request } from "@effect-requests/core"
import { Either, Schema } from "effect"
import { area } from "../area.js"
import { Entries, entriesOf, isList, prepared, textOf } from "../given.js"
import { hasTruths, quoted } from "../urls.js"

const Input = Schema.Struct({
  method: Schema.String,
  data: Schema.optional(Schema.NullOr(Schema.Union(Schema.String, Entries))),
  json: Schema.optional(Schema.Unknown),
  headers: Schema.optional(Schema.NullOr(Schema.Record({ key: Schema.String, value: Schema.NullOr(Schema.String) })))
})
type Input = typeof Input.Type

const isGiven = (value: unknown): boolean => value !== undefined && value !== null

/** Python's `None` is nothing said, where our `null` is a JSON value. */
const options = ({ data, headers, json }: Input): Request.Options => ({
  ...(isGiven(json) ? { json } : {}),
  ...(data === undefined || data === null ? {} : typeof data === "string" ? { body: data } : { form: entriesOf(data) }),
  ...(headers === undefined || headers === null ? {} : { headers })
})

const isSaid = (data: Input["data"]): boolean => isGiven(data) && Object.keys(data ?? {}).length > 0

const isForm = (data: Input["data"]): data is typeof Entries.Type => isGiven(data) && typeof data !== "string"

const asJavaScript = ({ data, headers, json }: Input): unknown => {
  const form = isForm(data) && hasTruths(data)
  if (form ? isGiven(json) : !isGiven(json) || isSaid(data)) return undefined
  const body = form ? quoted(data) : JSON.stringify(json)
  const [, contentType = form ? "application/x-www-form-urlencoded" : "application/json"] =
    Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "content-type") ?? []
  const contentLength = String(new TextEncoder().encode(body).length)
  return { body, contentType, contentLength, transferEncoding: null }
}

const lengthOf = ({ headers }: Input): string | null | undefined =>
  Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "content-length")?.[1]

const isType = ([name]: readonly [string, unknown]): boolean => name.toLowerCase() === "content-type"

const oneBody = (input: Input): unknown => {
  const { data, json } = input
  if (isGiven(json) && isGiven(data)) return { error: "Body" }
  if (isGiven(lengthOf(input))) return { error: "Framing" }
  const form = "application/x-www-form-urlencoded"
  const [, contentType = form] = Object.entries(input.headers ?? {}).find(isType) ?? []
  if (!isForm(data) || !isSaid(data) || quoted(data) !== "") return undefined
  // Lists of nothing are no fields at all; a null is a field that is left out.
  if (!isList(data) && Object.values(data).every((value) => isList(value) && value.length === 0)) {
    const contentLength = /^(?:GET|HEAD)$/.test(input.method) ? null : "0"
    return { body: null, contentType: null, contentLength, transferEncoding: null }
  }
  return { body: "", contentType, contentLength: "0", transferEncoding: null }
}

export const prepareBody = area({
  name: "prepare-body",
  input: Input,
  answer: (input) =>
    Either.match(prepared(input.method, "http://h.test/", options(input)), {
      onLeft: (error) => ({ error }),
      onRight: ({ request: { body, headers } }) => ({
        body: textOf(body),
        contentType: Headers.get(headers, "content-type") ?? null,
        contentLength: Headers.get(headers, "content-length") ?? null,
        transferEncoding: Headers.get(headers, "transfer-encoding") ?? null
      })
    }),
  deviatesMuch: true,
  deviations: [
    {
      name: "JavaScript",
      reason:
        "values are written as JavaScript does: JSON without blanks, what is beyond ASCII as it is, truths in lower case",
      answer: asJavaScript
    },
    {
      name: "one body",
      reason:
        "a request has one body, and one length: json beside data is refused, where requests drops the json; so is a Content-Length that the body has not, where requests writes another or sends it; a form of nothing has the length 0, where requests has none",
      answer: oneBody
    }
  ]
})
