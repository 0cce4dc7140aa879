/**
 * A message as it may be kept: everything that is not listed is hidden, and the rest stays byte for byte.
 *
 * @module
 */
import { Headers } from "@effect-requests/core"
import { Option } from "effect"
import { type Field, formFields, hide, jsonFields } from "./HiddenFields.js"
import { fields, lists, type Shows, url } from "./Shows.js"
import { bodyOf, bytesOf, type TapeBody, type TapeRequest, type TapeResponse, textOf } from "./Tape.js"

/** A body as it came, and as it was before its Content-Encoding; none where that cannot be undone here. */
export interface Content {
  readonly bytes: Uint8Array
  readonly unpacked: Option.Option<Uint8Array>
}

/** A request as it was, secrets included. */
export interface Plain {
  readonly method: string
  readonly url: string
  readonly headers: Headers.Headers
  readonly content: Content
}

/** A response as it was, secrets included. */
export interface PlainResponse {
  readonly status: number
  readonly reason: string
  readonly rawHeaders: Headers.Headers
  readonly content: Content
}

/** A request as it may be kept. */
export const request = (plain: Plain, shows: Shows): TapeRequest => ({
  method: plain.method,
  url: url(plain.url, shows),
  headers: fields(plain.headers, shows),
  body: requestBody(plain, shows)
})

const requestBody = ({ content, headers }: Plain, shows: Shows): TapeBody => {
  if (content.bytes.length === 0) return { text: "" }
  const known = fieldsOf(headers, content, false)
  if (known === undefined || (known.fields.length === 0 && !known.isSure)) {
    return shows.bodies === true ? bodyOf(content.bytes) : { hidden: content.bytes.length }
  }
  const hidden = known.fields.filter(({ name }) => !lists(shows.fields, name))
  return { text: hide(known.text, hidden) }
}

/**
 * A response as it may be kept, and the names of the fields that are hidden in its body. None where its body can be hidden
 * only as a whole: a replay would be without it. A body in which something is hidden loses its Content-Encoding.
 */
export const response = (
  { content, rawHeaders, reason, status }: PlainResponse,
  shows: Shows
): Option.Option<{ readonly response: TapeResponse; readonly hidden: ReadonlyArray<string> }> => {
  const known = fieldsOf(rawHeaders, content, true)
  if (known === undefined && shows.bodies !== true) return Option.none()
  const hidden = known?.fields.filter(({ name }) => !lists(shows.fields, name)) ?? []
  const kept = { status, reason, headers: fields(rawHeaders, shows), body: bodyOf(content.bytes) }
  if (known === undefined || hidden.length === 0) return Option.some({ response: kept, hidden: [] })
  const body: TapeBody = { text: hide(known.text, hidden) }
  const headers = fields(reframed(rawHeaders, bytesOf(body).length), shows)
  const names = Array.from(new Set(hidden.map(({ name }) => name)))
  return Option.some({ response: { ...kept, headers, body }, hidden: names })
}

const reframed = (raw: Headers.Headers, length: number): Headers.Headers => {
  const plain = Headers.remove(raw, "content-encoding")
  return Headers.has(raw, "content-length") ? Headers.set(plain, "Content-Length", String(length)) : plain
}

/** What a body holds by name. */
export interface Named {
  readonly text: string
  readonly fields: ReadonlyArray<Field>
  /** It is a form or JSON, as its type says. */
  readonly isSure: boolean
}

const isJsonType = (type: string): boolean =>
  /^application\/(json|json-seq|(x-)?ndjson|jsonl(ines)?)$|\+json$/.test(type)

/**
 * The fields of a body; `undefined` where it cannot be looked into, or is not what its type says. `sniffs`: JSON is found
 * whatever the type says.
 */
export const fieldsOf = (headers: Headers.Headers, { unpacked }: Content, sniffs: boolean): Named | undefined => {
  if (Option.isNone(unpacked)) return undefined
  const type = (Headers.get(headers, "content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? ""
  const isForm = type === "application/x-www-form-urlencoded"
  const isSure = isForm || isJsonType(type)
  const none = { text: "", fields: [], isSure: false }
  if (unpacked.value.length === 0 || !(isSure || sniffs)) return none
  const text = textOf(unpacked.value)
  if (text === undefined) return isSure ? undefined : none
  if (isForm) return { text, fields: formFields(text), isSure }
  const fields = jsonFields(text.replaceAll("\u001e", " "), isSure)
  return fields === undefined ? undefined : { text, fields, isSure }
}
