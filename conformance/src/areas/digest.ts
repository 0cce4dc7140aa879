import { Buffer } from "node:buffer"
import { createHash } from "node:crypto"
import { Challenge, Digest } from "@effect-requests/core"
import { Option, Schema } from "effect"
import { area } from "../area.js"
import { settings } from "../given.js"

const Text = Schema.Record({ key: Schema.String, value: Schema.String })
const Input = Schema.Struct({
  challenge: Text,
  method: Schema.String,
  url: Schema.String,
  username: Schema.String,
  password: Schema.String,
  cnonce: Schema.NullOr(Schema.String),
  nc: Schema.Number
})
type Input = typeof Input.Type

const target = ({ url }: Input): string => {
  const { pathname, search } = new URL(url)
  return pathname + search
}

// A vector has no cnonce where requests made none; ours then has to be some.
const cnonceOf = ({ cnonce }: Input): string => cnonce ?? "c"

const answer = (input: Input): unknown => {
  const { method, nc: count, password, username } = input
  const challenge = { scheme: "digest", token68: undefined, params: new Map(Object.entries(input.challenge)) }
  return Option.getOrNull(
    Option.map(Digest.read(challenge, settings.authentication), (read) => {
      const cnonce = cnonceOf(input)
      const asked = { method, uri: target(input), username, password, cnonce, count, body: undefined }
      const header = Digest.answer({ ...asked, challenge: read })
      return Object.fromEntries(Challenge.parse([header])[0]?.params ?? [])
    })
  )
}

const algorithmOf = ({ challenge }: Input): string => (challenge["algorithm"] ?? "MD5").toUpperCase()

/** The items of the qop list, as requests cuts it: not trimmed. */
const listed = ({ challenge }: Input): ReadonlyArray<string> =>
  (challenge["qop"] ?? "").split(",").filter((value) => value !== "")

const qopOf = (input: Input): string | undefined => {
  const offered = listed(input).map((value) => value.trim().toLowerCase())
  return ["auth", "auth-int"].find((qop) => offered.includes(qop))
}

const hashes: Readonly<Record<string, string>> = {
  MD5: "md5",
  SHA: "sha1",
  "SHA-256": "sha256",
  "SHA-512-256": "sha512-256",
  "SHA-512": "sha512"
}

const has = ({ challenge }: Input, name: string, value: string): boolean => challenge[name]?.toLowerCase() === value

/** The name as it is sent: hashed where the server wants it, `username*` where it reads UTF-8, else its bytes. */
const nameField = (
  input: Input,
  hash: (...parts: ReadonlyArray<string>) => string
): Readonly<Record<string, string>> => {
  const bytes = latin1(input.username)
  if (has(input, "userhash", "true")) return { username: hash(bytes, input.challenge["realm"] ?? "") }
  return has(input, "charset", "utf-8") && /[^ -~]/.test(bytes)
    ? { "username*": `UTF-8''${encodeURIComponent(input.username)}` }
    : { username: bytes }
}

/** UTF-8, one character a byte: what a realm and a nonce are already, as a field brings them. */
const latin1 = (text: string): string => Buffer.from(text, "utf8").toString("latin1")

const byTheRfc = (input: Input): unknown => {
  const { challenge, method, nc: count, password, username } = input
  const { algorithm, nonce = "", opaque, realm = "" } = challenge
  const name = algorithmOf(input)
  const session = name.endsWith("-SESS")
  const hash = (...parts: ReadonlyArray<string>): string =>
    createHash(hashes[name.replace(/-SESS$/, "")] ?? "")
      .update(parts.join(":"), "latin1")
      .digest("hex")
  const [qop, uri, cnonce] = [qopOf(input), target(input), cnonceOf(input)]
  const nc = count.toString(16).padStart(8, "0")
  const key = hash(latin1(username), realm, latin1(password))
  const ha1 = session ? hash(key, nonce, cnonce) : key
  const ha2 = hash(method, uri, ...(qop === "auth-int" ? [hash("")] : []))
  return {
    ...nameField(input, hash),
    realm,
    nonce,
    uri,
    response: qop === undefined ? hash(ha1, nonce, ha2) : hash(ha1, nonce, nc, cnonce, qop, ha2),
    ...(opaque === undefined ? {} : { opaque }),
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(qop === undefined ? {} : { qop, nc }),
    ...(qop === undefined && !session ? {} : { cnonce }),
    ...(has(input, "userhash", "true") ? { userhash: "true" } : {})
  }
}

const isAnswerable = (input: Input): boolean =>
  hashes[algorithmOf(input).replace(/-SESS$/, "")] !== undefined &&
  (listed(input).length === 0 || qopOf(input) !== undefined)

/** The answer by the RFC, or none: what lacks a realm or a nonce, where Python raises, is no challenge. */
const ours = (input: Input): unknown => {
  if (input.challenge["realm"] === undefined || input.challenge["nonce"] === undefined) return null
  return isAnswerable(input) ? byTheRfc(input) : undefined
}

export const digest = area({
  name: "digest",
  input: Input,
  answer,
  deviatesMuch: true,
  deviations: [
    {
      name: "RFC 7616",
      reason:
        "requests knows no auth-int, no userhash and no charset, writes another name than it hashes and no quotes, hashes a realm as other bytes than came, drops the parameters of a path and an empty opaque, does not trim the qop list, lacks SHA-512-256 and the -sess of SHA, and keeps back the cnonce that it hashed for MD5-sess without qop",
      answer: ours
    }
  ]
})
