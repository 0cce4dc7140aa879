/**
 * The jar as JSON, values in plain: every cookie with its age, so that it keeps its place in the header.
 *
 * @module
 */
import { HashMap, Schema } from "effect"
import { Cookie } from "./Cookie.js"
import { type Cookies, fromArray, toArray } from "./Cookies.js"
import { SavedNumber } from "./SavedNumber.js"

const inert = Schema.String.pipe(
  Schema.pattern(/^[^\x00-\x1f;]*$/, { title: "a text without controls and semicolons" })
)

/** A cookie without its value: what an open snapshot tells of it. `sameSite` is left out when nobody said anything. */
export const SavedAttributes = Schema.Struct({
  name: inert,
  domain: Schema.NonEmptyString,
  path: Schema.String,
  hostOnly: Schema.Boolean,
  secure: Schema.Boolean,
  httpOnly: Schema.Boolean,
  sameSite: Schema.optionalWith(Schema.Literal("strict", "lax", "none"), { exact: true }),
  expires: SavedNumber,
  creation: SavedNumber,
  serial: Schema.NonNegativeInt
})

/** A cookie without its value. */
export type SavedAttributes = typeof SavedAttributes.Type

/**
 * The parts of a cookie that are no secret.
 *
 * @example
 * import { Cookies, SessionState, Snapshot, Target } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const cookies = Cookies.store(Cookies.empty, Target.fromUrl(new URL("https://app.example.test/")), ["sid=s3cret"], 0)
 * const open = Either.getOrThrow(Snapshot.outline(SessionState.make({ cookies })))
 * console.assert(!JSON.stringify(open).includes("s3cret"))
 */
export const attributes = (cookie: Cookie): SavedAttributes => {
  const { creation, domain, expires, hostOnly, httpOnly, name, path, sameSite, secure, serial } = cookie
  const said = sameSite === undefined ? {} : { sameSite }
  return { name, domain, path, hostOnly, secure, httpOnly, ...said, expires, creation, serial }
}

const SavedCookie = Schema.transform(
  Schema.Struct({ ...SavedAttributes.fields, value: inert }),
  Schema.instanceOf(Cookie),
  {
    strict: true,
    decode: (parts) => new Cookie({ ...parts, sameSite: parts.sameSite }),
    encode: (cookie) => ({ ...attributes(cookie), value: cookie.value })
  }
)

const isJar = (input: unknown): input is Cookies =>
  typeof input === "object" &&
  input !== null &&
  "byDomain" in input &&
  HashMap.isHashMap(input.byDomain) &&
  "size" in input &&
  typeof input.size === "number" &&
  "serial" in input &&
  typeof input.serial === "number"

const Jar = Schema.declare(isJar, { identifier: "Cookies" })

/**
 * A Schema of the jar: JSON with every value, and back. What it decodes is the jar that was encoded. Store it as you
 * store passwords; `Snapshot.outline` leaves the values out.
 *
 * @example
 * import { Cookies, Snapshot, Target } from "@effect-requests/core"
 * import { Schema } from "effect"
 *
 * const app = Target.fromUrl(new URL("https://app.example.test/"))
 * const jar = Cookies.store(Cookies.empty, app, ["sid=1; Path=/"], 0)
 * const text = Schema.encodeSync(Schema.parseJson(Snapshot.SavedCookies))(jar)
 * console.assert(Cookies.header(Schema.decodeSync(Schema.parseJson(Snapshot.SavedCookies))(text), app, 0) === "sid=1")
 */
export const SavedCookies = Schema.transform(
  Schema.Struct({ serial: Schema.NonNegativeInt, list: Schema.Array(SavedCookie) }),
  Jar,
  {
    strict: true,
    decode: ({ list, serial }) => fromArray(list, serial),
    encode: (jar) => ({ serial: jar.serial, list: toArray(jar) })
  }
)
