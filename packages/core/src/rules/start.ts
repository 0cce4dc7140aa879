/**
 * What a request starts from: all that its session and its options say, settled for one method.
 *
 * @module
 */
import { Either } from "effect"
import * as Body from "../data/Body.js"
import type * as Headers from "../data/Headers.js"
import type { InvalidRequest } from "../data/InvalidRequest.js"
import { byText, byValue } from "../data/Memo.js"
import type { Options } from "../data/Request.js"
import { empty as noSettings, type Resolved, type Settings } from "../data/Settings.js"
import { baseline } from "./contentCoding.js"
import type { Encoded } from "./encode.js"
import { merge } from "./merge.js"
import { fields } from "./messageFields.js"
import { settle } from "./settle.js"
import { proxyLayers } from "./transport.js"

/** The content codings that can be undone. A session has one list of them, so that it can be remembered by. */
export type Codings = ReadonlyArray<string>

/** Nothing can be undone. */
export const noCodings: Codings = []

/** What the session and the options come to, for one method. */
export interface Start {
  readonly settings: Resolved
  /** The fields of a message without a body. */
  readonly unframed: Either.Either<Headers.Headers, InvalidRequest>
}

const startOf = (
  merged: Settings,
  layers: readonly [options: Settings, session: Settings],
  method: string
): Either.Either<Start, InvalidRequest> =>
  Either.map(settle(merged, method), (settled) => ({
    settings: { ...settled, proxies: proxyLayers(layers), verifyAsked: layers[0].verify ?? undefined },
    unframed: fields(settled.headers, method, bodiless)
  }))

const begun = (
  options: Options,
  session: Settings,
  codings: Codings,
  method: string
): Either.Either<Start, InvalidRequest> =>
  startOf(merge(onBase(baseline(codings, session, options))(session), settingsOf(options)), [options, session], method)

/** Most requests say nothing but a URL and a body: they start from the same settings, computed once for each method. */
const plain = byValue((codings: Codings) =>
  byValue((session: Settings) =>
    byText(16, (method) =>
      startOf(onBase(baseline(codings, session, noSettings))(session), [noSettings, session], method)
    )
  )
)

/**
 * The start of one request. `isWhole` says that these are all settings of the session, which can be remembered by them; its
 * public part is made for each request.
 */
export const start = (
  options: Options,
  session: Settings,
  codings: Codings,
  method: string,
  isWhole: boolean
): Either.Either<Start, InvalidRequest> =>
  isWhole && isPlain(options) ? plain(codings)(session)(method) : begun(options, session, codings, method)

const bodiless: Encoded = { body: Body.empty, contentType: undefined }

/** Whether it has the fields of a message without a body. */
export const isBodiless = ({ body, contentType }: Encoded): boolean =>
  body._tag === "Empty" && contentType === undefined

const onBase = byValue((base: Settings) => byValue((session: Settings): Settings => merge(base, session)))

/** A request's settings, without its body. */
const settingsOf = (options: Options): Settings => {
  const { body: _body, files: _files, form: _form, json: _json, multipart: _multipart, ...settings } = options
  return settings
}

const bodies: ReadonlySet<string> = new Set(["body", "files", "form", "json", "multipart"])

/** Whether a request has no settings of its own. */
const isPlain = (options: Options): boolean => {
  for (const key in options) if (!bodies.has(key)) return false
  return true
}
