/**
 * The secrets that messages carry: each with the place where it was met, and how surely it is one.
 *
 * @module
 */
import { Headers } from "@effect-requests/core"
import { Either, Encoding } from "effect"
import { fieldsOf, type Plain, type PlainResponse } from "./Redaction.js"
import { isHeaderShown, isParamShown, isSecretName, lists, type Shows } from "./Shows.js"

/** A text that must not occur in a file. */
export interface Secret {
  readonly value: string
  /** Where it was met, for whoever reads that it was found: `cookie sid`. */
  readonly from: string
}

/**
 * So long is a text that occurs nowhere by chance. What is shorter is looked for as a whole word, and only where it is
 * a credential or a cookie.
 */
export const long = 6

/** So short are words that occur everywhere: they are looked for only where the caller has named them as secrets. */
export const tiny = 3

/** What an exchange has carried under names that are not shown; nothing that the caller knows to be `harmless`. */
export const secretsOf = (
  sent: Plain,
  answer: PlainResponse,
  shows: Shows,
  harmless: ReadonlySet<string>
): ReadonlyArray<Secret> =>
  [
    ...headerSecrets(sent.headers, shows),
    ...querySecrets(sent.url, shows),
    ...cookieSecrets(Headers.getAll(answer.rawHeaders, "set-cookie").map((one) => one.split(";")[0] ?? "")),
    ...fieldSecrets(fieldsOf(sent.headers, sent.content, false), shows),
    ...fieldSecrets(fieldsOf(answer.rawHeaders, answer.content, true), shows)
  ].filter(({ least, value }) => value.length >= least && !harmless.has(value))

interface Met extends Secret {
  /** A shorter value is not looked for. */
  readonly least: number
}

const headerSecrets = (headers: Headers.Headers, shows: Shows): ReadonlyArray<Met> =>
  Headers.pairs(headers).flatMap(([name, value]): ReadonlyArray<Met> => {
    const lower = name.toLowerCase()
    if (isHeaderShown(shows, name)) return []
    if (lower === "cookie") return cookieSecrets(value.split(";"))
    const least = isSecretName(name) ? tiny : long
    return credentialsOf(value).map((one) => ({ value: one, from: `header ${name}`, least }))
  })

const cookieSecrets = (pairs: ReadonlyArray<string>): ReadonlyArray<Met> =>
  pairs.map((pair) => {
    const [name = "", ...value] = pair.trim().split("=")
    return { value: value.join("=").trim(), from: `cookie ${name}`, least: tiny }
  })

/** A whole value, what follows a scheme, and the password behind a Basic. */
export const credentialsOf = (value: string): ReadonlyArray<string> => {
  const [scheme = "", ...rest] = value.split(" ")
  const token = rest.join(" ")
  if (scheme.toLowerCase() !== "basic") return [value, token]
  const pair = Either.getOrElse(Encoding.decodeBase64String(token), () => "")
  return [value, token, pair.slice(pair.indexOf(":") + 1)]
}

const querySecrets = (href: string, shows: Shows): ReadonlyArray<Met> => {
  const [place = ""] = href.split("#")
  const query = place.indexOf("?")
  return Array.from(new URLSearchParams(query < 0 ? "" : place.slice(query)))
    .filter(([name]) => !isParamShown(shows, name))
    .map(([name, value]) => ({ value, from: `query parameter ${name}`, least: isSecretName(name) ? tiny : long }))
}

/** Other fields that are hidden may hold anything, and do occur elsewhere: an id in the next URL. */
const fieldSecrets = (named: ReturnType<typeof fieldsOf>, { fields = [] }: Shows): ReadonlyArray<Met> =>
  (named?.fields ?? []).flatMap(({ name, value }) =>
    isSecretName(name) && !lists(fields, name) && value !== "true" && value !== "false"
      ? [{ value, from: `field ${name}`, least: tiny }]
      : []
  )
