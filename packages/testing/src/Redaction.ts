/**
 * What of a message may stand in a file: an allow-list, and the search for secrets that slipped through it.
 *
 * @module
 */
import { type Answer, Disclosure, Headers, Json } from "@effect-requests/core"
import { Either, Encoding } from "effect"
import { type Sent, textOf } from "./Sent.js"
import { bodyOf, bytesOf, type Exchange, type TapeBody, type TapeRequest, type TapeResponse, write } from "./Tape.js"

/** What may be shown besides what core shows of every message. Names have no case, but for the parameters' and fields'. */
export interface Shows {
  readonly headers?: ReadonlyArray<string>
  /** Query parameters. */
  readonly params?: ReadonlyArray<string>
  /** Fields of forms and of JSON, in any depth. */
  readonly fields?: ReadonlyArray<string>
  /** Request bodies that are neither form nor JSON; by default only their length is kept. */
  readonly bodies?: boolean
}

/** A request as it was, secrets included. */
export interface Plain {
  readonly method: string
  readonly url: string
  readonly headers: Headers.Headers
  readonly body: Uint8Array
}

/** What was sent, as a plain request. */
export const plain = ({ body, request: { headers, method, url } }: Sent): Plain => ({ method, url, headers, body })

/** A request as it may be kept. */
export const request = (plain: Plain, shows: Shows): TapeRequest => ({
  method: plain.method,
  url: url(plain.url, shows),
  headers: fields(plain.headers, shows),
  body: plain.body.length === 0 ? { text: "" } : requestBody(plain, shows)
})

/** A response as it may be kept: its body byte by byte, but for JSON fields that are named like secrets. */
export const response = (answer: Omit<Answer.Answer, "content">, bytes: Uint8Array, shows: Shows): TapeResponse => {
  const body = responseBody(bytes, typeOf(answer.rawHeaders), shows)
  const changed = bytesOf(body).length !== bytes.length && Headers.has(answer.rawHeaders, "content-length")
  const rawHeaders = changed
    ? Headers.set(answer.rawHeaders, "Content-Length", String(bytesOf(body).length))
    : answer.rawHeaders
  return { status: answer.status, reason: answer.reason, headers: fields(rawHeaders, shows), body }
}

const url = (href: string, { params = [] }: Shows): string => {
  const [place = "", hash] = href.split("#")
  const [path = "", ...query] = place.split("?")
  const shown = query
    .join("?")
    .split("&")
    .map((piece) => (params.includes(nameOf(piece)) ? piece : Disclosure.url(`?${piece}`).slice(1)))
  const end = hash === undefined ? "" : Disclosure.url(`#${hash}`)
  return Disclosure.url(path) + (query.length === 0 ? "" : `?${shown.join("&")}`) + end
}

const nameOf = (piece: string): string => Array.from(new URLSearchParams(piece).keys())[0] ?? ""

const fields = (raw: Headers.Headers, shows: Shows): ReadonlyArray<readonly [string, string]> => {
  const also = (shows.headers ?? []).map((name) => name.toLowerCase())
  return Headers.pairs(raw).map(([name, value]) => {
    const lower = name.toLowerCase()
    if (also.includes(lower)) return [name, value]
    if (lower === "location") return [name, url(value, shows)]
    if (lower === "set-cookie") return [name, value.replace(/^([^=;]*)=[^;]*/, `$1=${Disclosure.hidden}`)]
    return Disclosure.headers([name, value])[0] ?? [name, Disclosure.hidden]
  })
}

const typeOf = (headers: Headers.Headers): string =>
  (Headers.get(headers, "content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? ""

const isJson = (type: string): boolean => type === "application/json" || type.endsWith("+json")
const isForm = (type: string): boolean => type === "application/x-www-form-urlencoded"

const requestBody = (sent: Plain, shows: Shows): TapeBody => {
  const type = typeOf(sent.headers)
  const names = shows.fields ?? []
  if (isForm(type)) {
    const form = Array.from(
      new URLSearchParams(textOf(sent)),
      ([name, value]) =>
        `${encodeURIComponent(name)}=${names.includes(name) ? encodeURIComponent(value) : Disclosure.hidden}`
    )
    return { text: form.join("&") }
  }
  const json = isJson(type) ? Json.parse(textOf(sent)) : undefined
  if (json !== undefined && Either.isRight(json)) {
    return { text: JSON.stringify(hidden(json.right, (name) => !names.includes(name), true)) }
  }
  return shows.bodies === true ? bodyOf(sent.body) : { hidden: sent.body.length }
}

const responseBody = (bytes: Uint8Array, type: string, { fields: names = [] }: Shows): TapeBody => {
  const body = bodyOf(bytes)
  if (!isJson(type) || !("text" in body)) return body
  const hides = (name: string): boolean => isSecretName(name) && !names.includes(name)
  const json = Either.map(Json.parse(body.text), (value) => [
    JSON.stringify(value),
    JSON.stringify(hidden(value, hides, false))
  ])
  if (Either.isLeft(json)) return body
  const [before, after = ""] = json.right
  return before === after ? body : { text: after }
}

/** A JSON value in which the strings and numbers under some names are hidden. `inside`: whether this one is. */
const hidden = (json: unknown, hides: (name: string) => boolean, inside: boolean): unknown => {
  if (Array.isArray(json)) return json.map((one) => hidden(one, hides, inside))
  if (typeof json === "object" && json !== null) {
    return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, hidden(value, hides, hides(name))]))
  }
  return inside && (typeof json === "string" || typeof json === "number") ? Disclosure.hidden : json
}

/** Names under which a service hands out secrets. */
const isSecretName = (name: string): boolean =>
  /^(.*[-_.])?(token|secret|password|passwd|api[-_]?key|session(id)?|credential|private[-_]?key|otp|jwt)s?$|(Token|Secret|Password|ApiKey|SessionId)$/i.test(
    name
  )

/** A shorter text occurs by chance: nothing could ever be written. */
const shortest = 6

/** The secrets that a message holds: what stands in its fields, cookies, query and body under names that are hidden. */
export const secretsOf = (sent: Sent, answer: Answer.Answer, shows: Shows): ReadonlyArray<string> => {
  const { headers, target } = sent.request
  const shown = new Map(fields(headers, shows).map(([name, value]) => [name, value]))
  const credentials = Headers.pairs(headers).flatMap(([name, value]) =>
    shown.get(name) !== Disclosure.hidden
      ? []
      : name.toLowerCase() === "cookie"
        ? cookiesOf(value)
        : credentialsOf(value)
  )
  const query = Array.from(new URLSearchParams(target.path.slice(target.pathname.length))).flatMap(([name, value]) =>
    url(`?${encodeURIComponent(name)}=x`, shows).endsWith("=x") ? [] : [value]
  )
  const given = Headers.getAll(answer.rawHeaders, "set-cookie").flatMap((one) => cookiesOf(one.split(";")[0] ?? ""))
  const named = bodySecrets(sent, shows.fields ?? [])
  return [...credentials, ...query, ...given, ...named].filter(
    (secret) => secret.length >= shortest && secret !== Disclosure.hidden
  )
}

const cookiesOf = (value: string): ReadonlyArray<string> =>
  value.split(";").map((pair) => pair.slice(pair.indexOf("=") + 1).trim())

/** A whole value, what follows a scheme, and the password behind a Basic. */
const credentialsOf = (value: string): ReadonlyArray<string> => {
  const [scheme = "", ...rest] = value.split(" ")
  const token = rest.join(" ")
  if (scheme.toLowerCase() !== "basic") return [value, token]
  const pair = Either.getOrElse(Encoding.decodeBase64String(token), () => "")
  return [value, token, pair.slice(pair.indexOf(":") + 1)]
}

const bodySecrets = (sent: Sent, names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const type = typeOf(sent.request.headers)
  const secret = (name: string): boolean => isSecretName(name) && !names.includes(name)
  if (isForm(type)) return Array.from(new URLSearchParams(textOf(sent))).flatMap(([n, v]) => (secret(n) ? [v] : []))
  return isJson(type)
    ? Either.match(Json.parse(textOf(sent)), { onLeft: () => [], onRight: (json) => under(json, secret) })
    : []
}

const under = (json: unknown, secret: (name: string) => boolean): ReadonlyArray<string> =>
  typeof json !== "object" || json === null
    ? []
    : Object.entries(json).flatMap(([name, value]) =>
        typeof value === "string" ? (secret(name) ? [value] : []) : under(value, secret)
      )

/** The places of an exchange in which one of these secrets stands: as it is, in base64, or percent-encoded. */
export const leaks = (exchange: Exchange, secrets: Iterable<string>): ReadonlyArray<string> => {
  const forms = Array.from(new Set(Array.from(secrets).flatMap(formsOf)))
  const found = (text: string): boolean => forms.some((form) => text.includes(form))
  const places: ReadonlyArray<readonly [string, string]> = [
    ["the request's URL", exchange.request.url],
    ...exchange.request.headers.map(([name, value]) => [`the request's ${name}`, value] as const),
    ["the request's body", latin1(exchange.request.body)],
    ["the reason phrase", exchange.response.reason],
    ...exchange.response.headers.map(([name, value]) => [`the response's ${name}`, value] as const),
    ["the response's body", latin1(exchange.response.body)]
  ]
  const where = places.flatMap(([place, text]) => (found(text) ? [place] : []))
  return where.length > 0 || !found(write({ version: 1, exchanges: [exchange] })) ? where : ["the file"]
}

/** Bytes as text, one character for each, so that a secret is found within what is no UTF-8 as well. */
const latin1 = (body: TapeBody): string => {
  const text = "text" in body ? body.text : ""
  return text !== "" ? text : Array.from(bytesOf(body), (byte) => String.fromCharCode(byte)).join("")
}

const encoder = new TextEncoder()

/** A secret as it may stand in a text. Base64 has three forms, by where in its groups the secret begins. */
const formsOf = (secret: string): ReadonlyArray<string> => {
  const bytes = encoder.encode(secret)
  const based = [0, 1, 2].map((shift) =>
    inner(Encoding.encodeBase64(Uint8Array.from([...new Uint8Array(shift), ...bytes])), shift, bytes.length)
  )
  const bytewise = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")
  return [
    secret,
    bytewise,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams([["", secret]]).toString().slice(1),
    ...based.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")])
  ].filter((form) => form.length >= Math.max(1, Math.min(shortest, secret.length)))
}

/** Only the characters that the secret alone decides. */
const inner = (base64: string, shift: number, length: number): string =>
  base64.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + length) * 8) / 6))
