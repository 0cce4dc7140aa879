/**
 * A message with its body read: what a route may look at, and how it is shown to people.
 *
 * @module
 */
import { Answer, type Body, Disclosure, Errors, Headers, Json, type PreparedRequest } from "@effect-requests/core"
import { Effect, Either, Inspectable } from "effect"

/** What was sent, the body as bytes. */
export interface Sent {
  readonly request: PreparedRequest.PreparedRequest
  readonly body: Uint8Array
}

/** What was sent, as it may stand in errors and in a test's output: it shows itself without secrets. */
export class Message extends Inspectable.Class implements Sent {
  constructor(
    readonly request: PreparedRequest.PreparedRequest,
    readonly body: Uint8Array
  ) {
    super()
  }

  toJSON(): unknown {
    return linesOf(this)
  }
}

/** Reads the body of a message, once: what an adapter does that sends it. */
export const read = (request: PreparedRequest.PreparedRequest): Effect.Effect<Message, Errors.TransportError> =>
  Effect.map(bytesOf(request.body, request), (body) => new Message(request, body))

const nothing = new Uint8Array()

const bytesOf = (
  body: Body.Body,
  request: PreparedRequest.PreparedRequest
): Effect.Effect<Uint8Array, Errors.TransportError> => {
  if (body._tag === "Empty") return Effect.succeed(nothing)
  if (body._tag === "Bytes") return Effect.succeed(body.bytes)
  return Effect.mapError(
    Answer.collect(body._tag === "Replayable" ? body.stream() : body.stream),
    (cause) => new Errors.TransportError({ reason: "Upload", sent: "maybe", request, detail: "", cause })
  )
}

const decoder = new TextDecoder()

/** The body as UTF-8. */
export const textOf = ({ body }: { readonly body: Uint8Array }): string => decoder.decode(body)

const typeOf = ({ request }: Sent): string =>
  (Headers.get(request.headers, "content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? ""

/** Method and URL, then the fields and an outline of the body, each on a line; secrets are hidden. */
export const linesOf = (sent: Sent): ReadonlyArray<string> => [
  sent.request.shown,
  ...Disclosure.headers(sent.request.headers).map(([name, value]) => `${name}: ${value}`),
  ...bodyOf(sent)
]

/** All messages and the routes that they met, for whoever reads a failure. */
export const logLines = (calls: ReadonlyArray<Sent & { readonly route: string | undefined }>): ReadonlyArray<string> =>
  calls.length === 0 ? ["Nothing was sent."] : ["What was sent:", ...calls.flatMap(logged)]

const logged = (call: Sent & { readonly route: string | undefined }, index: number): ReadonlyArray<string> => {
  const [first = "", ...rest] = linesOf(call)
  const route = call.route === undefined ? "(no route)" : `→ ${call.route}`
  return [`  ${index + 1}. ${first}`, ...[route, ...rest].map((line) => `     ${line}`)]
}

const bodyOf = (sent: Sent): ReadonlyArray<string> => {
  if (sent.body.length === 0) return []
  const type = typeOf(sent)
  const size = `${sent.body.length} bytes`
  if (type === "application/x-www-form-urlencoded") return [`${size}: ${formOutline(textOf(sent))}`]
  if (type !== "application/json" && !type.endsWith("+json")) return [size]
  return [
    Either.match(Json.parse(textOf(sent)), { onLeft: () => size, onRight: (json) => `${size}: ${outline(json)}` })
  ]
}

const formOutline = (text: string): string =>
  Array.from(new URLSearchParams(text).keys(), (name) => `${name}=${Disclosure.hidden}`).join("&")

/** A JSON value with its names and its shape, and none of its values. */
const outline = (json: unknown): string => {
  if (Array.isArray(json)) return json.length === 0 ? "[]" : `[${json.length} × ${outline(json[0])}]`
  if (typeof json !== "object" || json === null) return json === null ? "null" : `<${typeof json}>`
  return `{${Object.entries(json)
    .map(([name, value]) => `${JSON.stringify(name)}: ${outline(value)}`)
    .join(", ")}}`
}
