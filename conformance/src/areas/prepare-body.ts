import { Headers, type Request } from "@effect-requests/core"
import { Either, Schema } from "effect"
import { area } from "../area.js"
import { Entries, entriesOf, isList, prepared, textOf } from "../given.js"
import { hasOtherForms, quoted } from "../urls.js"

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
  const form = isForm(data) && hasOtherForms(data)
  if (form ? isGiven(json) : !isGiven(json) || isSaid(data)) return undefined
  const body = form ? quoted(data) : JSON.stringify(json)
  const [, contentType = form ? "application/x-www-form-urlencoded" : "application/json"] =
    Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "content-type") ?? []
  const contentLength = String(new TextEncoder().encode(body).length)
  return { body, contentType, contentLength, transferEncoding: null }
}

const fieldOf = ({ headers }: Input, wanted: string): string | null | undefined =>
  Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === wanted)?.[1]

const isType = ([name]: readonly [string, unknown]): boolean => name.toLowerCase() === "content-type"

const oneBody = (input: Input): unknown => {
  const { data, json } = input
  if (isGiven(json) && isGiven(data)) return { error: "Body" }
  const nothing = isForm(data) && isSaid(data) && quoted(data) === ""
  const length = fieldOf(input, "content-length")
  const isOther = isGiven(length) && !(nothing && length === "0")
  if (isOther || isGiven(fieldOf(input, "transfer-encoding"))) return { error: "Framing" }
  const form = "application/x-www-form-urlencoded"
  const [, contentType = form] = Object.entries(input.headers ?? {}).find(isType) ?? []
  if (!isForm(data) || !nothing) return undefined
  // Lists of nothing are no fields at all; a null is a field that is left out.
  if (!isList(data) && Object.values(data).every((value) => isList(value) && value.length === 0)) {
    const contentLength = length ?? (/^(?:GET|HEAD)$/.test(input.method) ? null : "0")
    const [, given = null] = Object.entries(input.headers ?? {}).find(isType) ?? []
    return { body: null, contentType: given, contentLength, transferEncoding: null }
  }
  return { body: "", contentType, contentLength: "0", transferEncoding: null }
}

/** The body as it is, and no type: a null takes a field away. */
const withoutField = ({ data, headers, json, method }: Input): unknown => {
  if (!Object.values(headers ?? {}).includes(null)) return undefined
  const form = isForm(data) && isSaid(data) ? quoted(data) : undefined
  const body = typeof data === "string" && data !== "" ? data : (form ?? (isGiven(json) ? JSON.stringify(json) : null))
  const length = body === null && /^(?:GET|HEAD)$/.test(method) ? null : new TextEncoder().encode(body ?? "").length
  return { body, contentType: null, contentLength: length === null ? null : String(length), transferEncoding: null }
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
        "a request has one body, and one length: json beside data is refused, where requests drops the json; so are a Content-Length that the body has not and a Transfer-Encoding, where requests writes another or sends them; a form of nothing has the length 0, where requests has none",
      answer: oneBody
    },
    {
      name: "null",
      reason:
        "a null takes a field away from the request alone too, where Request.prepare raises and Session.request does it",
      answer: withoutField,
      seenIn: {
        input: { method: "PUT", data: "x", headers: { "Content-Type": null } },
        expected: { error: "InvalidHeader" }
      }
    }
  ]
})
