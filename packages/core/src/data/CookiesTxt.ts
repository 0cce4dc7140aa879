/**
 * `cookies.txt`, the format of Netscape, curl, wget, yt-dlp and browser extensions (Python's `MozillaCookieJar`): a
 * cookie a line, seven fields with tabs between. It has no SameSite, no age, and whole seconds.
 *
 * @module
 */
import { Either } from "effect"
import { Cookie, hostOf, isShared } from "./Cookie.js"
import { type Cookies, fromArray, toArray } from "./Cookies.js"

/** A line that holds no cookie: counted from 1, and what is wrong with it, without its value. */
export interface Skipped {
  readonly line: number
  readonly problem: string
}

/** What a text holds. */
export interface Parsed {
  readonly cookies: Cookies
  readonly skipped: ReadonlyArray<Skipped>
}

const httpOnlyMark = "#HttpOnly_"

/**
 * The cookies of a text, in the order of its lines; of several with one domain, path and name the last counts. `now`,
 * in milliseconds since 1970, is their age, and cookies that expired before it are left out; default: 0, so that none
 * is. A line that holds no cookie spoils no other.
 *
 * `#HttpOnly_` before a line is its HttpOnly; other lines with `#` are comments. An expiry of 0, or none, is a cookie
 * of the session. A missing last field is an empty value, as curl has it; a nameless cookie is its value alone. A
 * cookie of a whole top-level domain or public suffix belongs to this host alone, whatever its flag says.
 *
 * @example
 * import { Cookies, CookiesTxt, Target } from "@effect-requests/core"
 *
 * const text = "#HttpOnly_.example.com\tTRUE\t/\tTRUE\t0\tsid\t1\nno cookie\n"
 * const { cookies, skipped } = CookiesTxt.parse(text)
 * console.assert(Cookies.header(cookies, Target.fromUrl(new URL("https://www.example.com/")), 0) === "sid=1")
 * console.assert(skipped[0]?.line === 2)
 */
export const parse = (text: string, now = 0): Parsed => {
  const cookies: Array<Cookie> = []
  const skipped: Array<Skipped> = []
  for (const [i, line] of text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    const httpOnly = line.startsWith(httpOnlyMark)
    if (!httpOnly && (line.startsWith("#") || line.trim() === "")) continue
    Either.match(fromFields((httpOnly ? line.slice(httpOnlyMark.length) : line).split("\t"), httpOnly, now, i), {
      onLeft: (problem) => skipped.push({ line: i + 1, problem }),
      onRight: (cookie) => cookie.expires > now && cookies.push(cookie)
    })
  }
  return { cookies: fromArray(cookies), skipped }
}

const unfit = /[\x00-\x1f\x7f;]|[^\x00-\xff]/

const fromFields = (
  fields: ReadonlyArray<string>,
  httpOnly: boolean,
  now: number,
  serial: number
): Either.Either<Cookie, string> => {
  const [given = "", below = "", path = "", secure = "", expiry = "", rawName = "", rawValue = ""] = fields
  if (fields.length !== 7 && fields.length !== 6)
    return Either.left(`it has ${fields.length} fields with tabs between, not 7`)
  const domain = given.length > longestHost ? undefined : hostOf(given)
  if (domain === undefined) return Either.left("its domain is no host")
  // A blank at the end may be the CR of a line end.
  const [name, value, expires] = [rawName.trim(), rawValue.trim(), expiresOf(expiry)]
  const problems: ReadonlyArray<readonly [boolean, string]> = [
    [!isFlag(below), "its second field is neither TRUE nor FALSE"],
    [
      !path.startsWith("/") || unfit.test(path),
      'its path does not begin with "/", or has a character that no path has'
    ],
    [!isFlag(secure), "its fourth field is neither TRUE nor FALSE"],
    [expires === undefined, "its expiry is no number of seconds"],
    [name === "" && value === "", "it has neither a name nor a value"],
    [unfit.test(name) || name.includes("="), "its name has a character that a cookie cannot have"],
    [unfit.test(value), "its value has a character that a cookie cannot have"],
    [name.length + value.length > largest, `its name and value are longer than ${largest} bytes`]
  ]
  const problem = problems.find(([isSo]) => isSo)
  return problem !== undefined
    ? Either.left(problem[1])
    : Either.right(
        new Cookie({
          name,
          value,
          domain,
          path,
          hostOnly: !isTrue(below) || isShared(domain),
          secure: isTrue(secure),
          httpOnly,
          sameSite: undefined,
          expires: expires ?? Infinity,
          creation: now,
          serial
        })
      )
}

/** RFC 1035 §2.3.4, and a dot at either end. */
const longestHost = 255

/** RFC 6265bis §5.6. */
const largest = 4096

const isTrue = (flag: string): boolean => flag.toUpperCase() === "TRUE"
const isFlag = (flag: string): boolean => isTrue(flag) || flag.toUpperCase() === "FALSE"

/** Browser extensions write fractions of a second. */
const expiresOf = (seconds: string): number | undefined => {
  if (!/^(?:-?\d{1,20}(?:\.\d{1,20})?)?$/.test(seconds)) return undefined
  return Number(seconds) === 0 ? Infinity : Math.round(Number(seconds) * 1000)
}

/**
 * The cookies as a text, the oldest first, so that reading it keeps the order of the header. Deterministic: two equal
 * jars have one text. What has a tab or a line end in it has no line and is left out; SameSite, ages and fractions of
 * seconds are not told. Every value stands there in plain: store it as you store passwords.
 *
 * @example
 * import { Cookies, CookiesTxt, Target } from "@effect-requests/core"
 *
 * const app = Target.fromUrl(new URL("https://app.example.com/"))
 * const jar = Cookies.store(Cookies.empty, app, ["sid=1; Path=/; Secure; HttpOnly"], 0)
 * console.assert(CookiesTxt.write(jar).endsWith("\n#HttpOnly_app.example.com\tFALSE\t/\tTRUE\t0\tsid\t1\n"))
 */
export const write = (cookies: Cookies): string =>
  ["# Netscape HTTP Cookie File", ...toArray(cookies).map(fieldsOf).filter(fits).map(lineOf), ""].join("\n")

const fieldsOf = (cookie: Cookie): ReadonlyArray<string> => [
  (cookie.httpOnly ? httpOnlyMark : "") + (cookie.hostOnly ? "" : ".") + cookie.domain,
  cookie.hostOnly ? "FALSE" : "TRUE",
  cookie.path,
  cookie.secure ? "TRUE" : "FALSE",
  String(secondsOf(cookie.expires)),
  cookie.name,
  cookie.value
]

const fits = (fields: ReadonlyArray<string>): boolean => !fields.some((field) => /[\t\r\n]/.test(field))

const lineOf = (fields: ReadonlyArray<string>): string => fields.join("\t")

/** 0 would be a cookie of the session: what expired in 1970 or never was a time is written as expired. */
const secondsOf = (expires: number): number => {
  if (expires === Infinity) return 0
  return expires >= 1000 ? Math.min(Math.floor(expires / 1000), Number.MAX_SAFE_INTEGER) : 1
}
