/**
 * Digest access authentication (RFC 7616; RFC 2069 for servers without `qop`): a challenge read, its answer written.
 *
 * @module
 */
import { md5, sha1 } from "@noble/hashes/legacy.js"
import { sha256, sha512, sha512_256 } from "@noble/hashes/sha2.js"
import { bytesToHex } from "@noble/hashes/utils.js"
import { Option } from "effect"
import type { Challenge } from "../data/Challenge.js"
import * as Charset from "../data/Charset.js"
import type { Algorithm, DigestChallenge, Qop } from "../data/DigestChallenge.js"
import { type AuthenticationPolicy, safeAuthentication } from "../data/Policies.js"

export type { Algorithm, DigestChallenge, Qop } from "../data/DigestChallenge.js"

const hashes: Readonly<Record<Algorithm, (bytes: Uint8Array) => Uint8Array>> = {
  MD5: md5,
  SHA: sha1,
  "SHA-256": sha256,
  "SHA-512-256": sha512_256,
  "SHA-512": sha512
}

/** From the weakest to the strongest. */
const strength: ReadonlyArray<Algorithm> = ["MD5", "SHA", "SHA-256", "SHA-512-256", "SHA-512"]

const legal = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * Reads a challenge. None: another scheme, no realm or nonce, an unknown algorithm, only unknown qop values, or a
 * character that no header field can carry back. SHA-1 is unknown unless the policy answers it, and never has a `-sess`.
 *
 * @example
 * import { Challenge, Digest } from "@effect-requests/core"
 * import { Option } from "effect"
 *
 * const challenges = Challenge.parse(["Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=sha-256-SESS"])
 * const [digest] = challenges.map((one) => Digest.read(one))
 * console.assert(digest !== undefined && Option.isSome(digest))
 */
export const read = (
  challenge: Challenge,
  { sha1 }: Pick<AuthenticationPolicy, "sha1"> = safeAuthentication
): Option.Option<DigestChallenge> => {
  const { params, scheme } = challenge
  const realm = params.get("realm")
  const nonce = params.get("nonce")
  const opaque = params.get("opaque")
  const algorithmGiven = params.get("algorithm")
  const name = (algorithmGiven ?? "MD5").toUpperCase()
  const session = name.endsWith("-SESS")
  const algorithm = strength.find((known) => known === (session ? name.slice(0, -5) : name))
  const offered = (params.get("qop") ?? "")
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((value) => value !== "")
  const qop = offered.filter((value): value is Qop => value === "auth" || value === "auth-int")
  if (scheme !== "digest" || realm === undefined || nonce === undefined || algorithm === undefined) return Option.none()
  if (algorithm === "SHA" && (session || sha1 !== "answer")) return Option.none()
  if (offered.length > 0 && qop.length === 0) return Option.none()
  if (!legal.test(realm) || !legal.test(nonce) || !legal.test(opaque ?? "")) return Option.none()
  const says = (param: string, value: string): boolean => params.get(param)?.toLowerCase() === value
  const flags = { stale: says("stale", "true"), userhash: says("userhash", "true"), utf8: says("charset", "utf-8") }
  return Option.some({ realm, nonce, opaque, algorithm, algorithmGiven, session, qop, ...flags })
}

/**
 * The challenge to answer among all that came: the one with the strongest hash; of equal ones the server's first
 * (RFC 7616 §3.7).
 *
 * @example
 * import { Challenge, Digest } from "@effect-requests/core"
 * import { Option } from "effect"
 *
 * const challenges = Challenge.parse(["Digest realm=a, nonce=b", "Digest realm=a, nonce=c, algorithm=SHA-256"])
 * console.assert(Option.exists(Digest.strongest(challenges), (digest) => digest.nonce === "c"))
 */
export const strongest = (
  challenges: ReadonlyArray<Challenge>,
  policy: Pick<AuthenticationPolicy, "sha1"> = safeAuthentication
): Option.Option<DigestChallenge> => {
  let best: DigestChallenge | undefined
  for (const challenge of challenges) {
    const digest = Option.getOrUndefined(read(challenge, policy))
    if (digest && (!best || strength.indexOf(digest.algorithm) > strength.indexOf(best.algorithm))) best = digest
  }
  return Option.fromNullable(best)
}

/**
 * Whether the answer covers the body, so that a body which is not in memory cannot be sent: only `auth-int` is offered.
 *
 * @example
 * import { Challenge, Digest } from "@effect-requests/core"
 * import { Option } from "effect"
 *
 * const digest = Digest.strongest(Challenge.parse(["Digest realm=a, nonce=b, qop=auth-int"]))
 * console.assert(Option.exists(digest, Digest.coversBody))
 */
export const coversBody = (challenge: DigestChallenge): boolean => chosenQop(challenge) === "auth-int"

// Servers that offer both often fail to check `auth-int`.
const chosenQop = ({ qop }: DigestChallenge): Qop | undefined => (qop.includes("auth") ? "auth" : qop[0])

/** What an answer is made of. */
export interface Question {
  readonly challenge: DigestChallenge
  readonly method: string
  /** The request-target, exactly as in the request line. */
  readonly uri: string
  readonly username: string
  readonly password: string
  /** A random text; for a `-sess` challenge the same one as long as its nonce is used. */
  readonly cnonce: string
  /** How many requests have used this nonce, this one included: from 1. */
  readonly count: number
  /** For `auth-int` alone; absent: no body. See `coversBody`. */
  readonly body: Uint8Array | undefined
}

/**
 * The value of Authorization or Proxy-Authorization that answers a challenge (RFC 7616 §3.4; requests'
 * `build_digest_header`). `qop`, `nc` and `algorithm` go unquoted, as deployed servers want. A user's name beyond ASCII
 * is sent as `username*` where the server says that it reads UTF-8, else as UTF-8 bytes, one character a byte.
 *
 * @example
 * import { Challenge, Digest } from "@effect-requests/core"
 * import { Option } from "effect"
 *
 * const header = Option.map(Digest.strongest(Challenge.parse(["Digest realm=r, nonce=n, qop=auth"])), (challenge) =>
 *   Digest.answer({
 *     challenge, method: "GET", uri: "/", username: "ada", password: "pw", cnonce: "c", count: 1, body: undefined
 *   }))
 * console.assert(Option.exists(header, (value) => value.startsWith("Digest username=\"ada\", realm=\"r\"")))
 */
export const answer = (question: Question): string => {
  const { challenge, cnonce, count, method, password, uri, username } = question
  const { algorithm, algorithmGiven, nonce, opaque, realm, session } = challenge
  const hash = (...parts: ReadonlyArray<string>): string => bytesToHex(hashes[algorithm](toBytes(parts.join(":"))))
  const user = utf8(username, challenge)
  const qop = chosenQop(challenge)
  const nc = count.toString(16).padStart(8, "0")
  const key = hash(user, realm, utf8(password, challenge))
  const ha1 = session ? hash(key, nonce, cnonce) : key
  const body = qop === "auth-int" ? [bytesToHex(hashes[algorithm](question.body ?? noBody))] : []
  const ha2 = hash(method, uri, ...body)
  const response = qop === undefined ? hash(ha1, nonce, ha2) : hash(ha1, nonce, nc, cnonce, qop, ha2)
  const fields = [
    challenge.userhash ? `username="${hash(user, realm)}"` : userField(user, challenge),
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `response="${response}"`,
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(algorithmGiven === undefined ? [] : [`algorithm=${algorithmGiven}`]),
    ...(qop === undefined ? [] : [`qop=${qop}`, `nc=${nc}`]),
    // Without it no server could check a `-sess` answer; requests leaves it out where there is no qop.
    ...(qop === undefined && !session ? [] : [`cnonce=${quoted(cnonce)}`]),
    ...(challenge.userhash ? ["userhash=true"] : [])
  ]
  return `Digest ${fields.join(", ")}`
}

const noBody = new Uint8Array(0)
const encoder = new TextEncoder()

// Everything is hashed as it stands on the wire, one character a byte: a realm keeps the bytes that the server sent.
const toBytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))

// RFC 7616 §4: names and passwords are normalized where the server declares UTF-8.
const utf8 = (text: string, challenge: DigestChallenge): string =>
  Charset.decode(encoder.encode(challenge.utf8 ? text.normalize("NFC") : text), "iso-8859-1")

const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`

// Controls cannot stand in a header field, whatever the server reads.
const userField = (user: string, challenge: DigestChallenge): string =>
  /^[\x20-\x7e]*$/.test(user) || (!challenge.utf8 && !/[\x00-\x1f\x7f]/.test(user))
    ? `username=${quoted(user)}`
    : `username*=UTF-8''${Array.from(user, extended).join("")}`

// RFC 8187 §3.2.1: attr-char, or percent and two digits.
const extended = (char: string): string =>
  /[A-Za-z0-9!#$&+\-.^_`|~]/.test(char) ? char : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`
