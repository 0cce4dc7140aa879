/**
 * What a request's `json`, `form` or `body` is on the wire, and the Content-Type that comes with it.
 *
 * @module
 */
import { Either } from "effect"
import * as Body from "../data/Body.js"
import * as Params from "../data/Params.js"
import { InvalidRequest } from "../data/PreparedRequest.js"
import type { Options } from "../data/Request.js"
import { jsonText } from "./jsonText.js"
import { multipart } from "./multipart.js"
import { encodeParams } from "./url.js"

/** A body, and the Content-Type that it gets unless the user gives or takes away one. */
export interface Encoded {
  readonly body: Body.Body
  readonly contentType: string | undefined
  /** Of a body in parts: a Content-Type of the user's own must name it. */
  readonly boundary?: string
}

const bodies = ["json", "form", "files", "multipart", "body"] as const
const nothing: Encoded = { body: Body.empty, contentType: undefined }

const invalid = (reason: "Body", where: string, problem: string, remedy: string) =>
  Either.left(new InvalidRequest({ reason, where, problem, remedy }))

/**
 * Whether a request has a body in parts, which needs a boundary.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.hasParts({ files: { photo: new Uint8Array(3) } }) && !Rules.hasParts({ json: 1 }))
 */
export const hasParts = ({ files, multipart }: Options): boolean => files !== undefined || multipart !== undefined

/**
 * The body of a request: one of `json`, `form`, `files` (with or without a `form`), `multipart` and `body`. A text or bytes
 * of length nought is no body. `boundary` stands between parts (requests' `prepare_body`).
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * console.assert(Either.getOrThrow(Rules.encode({ json: [1] }, "")).contentType === "application/json")
 * console.assert(Either.isLeft(Rules.encode({ json: { n: Number.NaN } }, "")))
 */
export const encode = (options: Options, boundary: string): Either.Either<Encoded, InvalidRequest> => {
  if (isBodiless(options)) return noBody
  const given = bodies.filter((name) => options[name] !== undefined && (name !== "form" || options.files === undefined))
  if (given.length > 1) return invalid("Body", given.join(" and "), "a request has one body", "Give only one of them")
  const parts =
    options.multipart ?? (options.files === undefined ? undefined : { fields: options.form, files: options.files })
  if (parts !== undefined) return Either.map(multipart(parts, boundary), (encoded) => ({ ...encoded, boundary }))
  if (options.json !== undefined) return json(options.json)
  if (options.form !== undefined) return form(options.form)
  return options.body === undefined ? Either.right(nothing) : raw(options.body)
}

const noBody: Either.Either<Encoded> = Either.right(nothing)

const isBodiless = ({ body, files, form, json, multipart }: Options): boolean =>
  body === undefined && files === undefined && form === undefined && json === undefined && multipart === undefined

const raw = (body: NonNullable<Options["body"]>): Either.Either<Encoded, InvalidRequest> => {
  if (typeof body === "string")
    return Either.right({ body: body === "" ? Body.empty : Body.text(body), contentType: undefined })
  if (body instanceof Uint8Array) {
    return Either.right({ body: body.length === 0 ? Body.empty : Body.bytes(body), contentType: undefined })
  }
  if (!Body.isBody(body)) {
    return invalid(
      "Body",
      "body",
      "it is no text, no bytes and no Body",
      "Use json or form for values, Body.replayable or Body.oneShot for streams"
    )
  }
  const length = Body.length(body)
  return length === undefined || (Number.isSafeInteger(length) && length >= 0)
    ? Either.right({ body, contentType: undefined })
    : invalid("Body", "body.length", `${length} is no number of bytes`, "Leave it out when it is not known")
}

const form = (input: Params.Input): Either.Either<Encoded, InvalidRequest> => {
  const params = Params.make(input)
  if (params.entries.length === 0) return Either.right(nothing)
  return Either.map(encodeParams(params, "form"), (text) => ({
    body: Body.text(text),
    contentType: "application/x-www-form-urlencoded"
  }))
}

const json = (value: unknown): Either.Either<Encoded, InvalidRequest> =>
  Either.map(jsonText(value), (text) => ({ body: Body.text(text), contentType: "application/json" }))
