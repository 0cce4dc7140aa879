import { Headers, type Request, Rules, Settings } from "@effect-requests/core"
import { Either, Option, Schema } from "effect"
import { area } from "../area.js"
import { sameError, sameFields, sameHeaders, sameJson, sameUrl } from "../compare.js"
import { answered, facts, prepared, textOf } from "../given.js"
import { hasUser, isReadDifferently, refuses, whatwg } from "../urls.js"

const Input = Schema.Struct({
  method: Schema.String,
  url: Schema.String,
  headers: Schema.Record({ key: Schema.String, value: Schema.String }),
  body: Schema.NullOr(Schema.String),
  status: Schema.Number,
  location: Schema.NullOr(Schema.String)
})
type Input = typeof Input.Type

const exceptions = { InvalidLocation: ["ValueError", "InvalidURL", "LocationParseError"] }

const asked = ({ body, headers, method, url }: Input): Either.Either<Request.Call, string> =>
  prepared(method, url, {
    headers: Settings.only(headers),
    trustEnv: false,
    ...(body === null ? {} : { body })
  })

/** A field's text as it arrives: its bytes, one character each. */
const asWire = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text))

const shown = ({ request: { body, headers, method, url } }: Request.Call): unknown => ({
  method,
  url,
  headers: Object.fromEntries(Headers.pairs(headers).map(([name, value]) => [name.toLowerCase(), value])),
  body: textOf(body)
})

const answer = (input: Input): unknown => {
  const { location, status } = input
  const call = asked(input)
  if (Either.isLeft(call)) return { error: call.left }
  const response = answered(call.right, status, location === null ? [] : ["Location", asWire(location)])
  return Option.match(Rules.followUp({ call: call.right, response }, facts), {
    onNone: () => null,
    onSome: Either.match({ onLeft: ({ reason }) => ({ error: reason }), onRight: shown })
  })
}

/** What the user of a URL that was asked becomes: requests decodes it, and needs a password. */
const basicOf = ({ password, username }: URL): string | undefined =>
  password === "" ? undefined : `Basic ${btoa(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)}`

/** The step as requests takes it, to a URL as we read it. */
const toOurUrl = (input: Input): unknown => {
  const { body, headers, method, status } = input
  const location = input.location ?? ""
  if (![301, 302, 303, 307, 308].includes(status) || location === "") return undefined
  const to = refuses(location, false) ? undefined : whatwg(location, input.url)
  if (to === undefined) return { error: "InvalidLocation" }
  if (!/^https?:$/.test(to.protocol)) return { error: "UnsupportedScheme" }
  const from = new URL(input.url)
  if (to.hash === "" && from.hash !== "") to.hash = from.hash
  const upgraded = from.protocol === "http:" && to.protocol === "https:" && from.host === to.host && from.port === ""
  const home = from.origin === to.origin || upgraded
  const keeps = status === 307 || status === 308
  const becomesGet = ((status === 302 || status === 303) && method !== "HEAD") || (status === 301 && method === "POST")
  const length =
    body === null
      ? method === "GET" || method === "HEAD"
        ? undefined
        : "0"
      : String(new TextEncoder().encode(body).length)
  const user = basicOf(from)
  const fields = Object.entries(headers).filter(([name]) => {
    if (/^(?:cookie|proxy-authorization)$/i.test(name)) return false
    if (/^authorization$/i.test(name)) return home && user === undefined
    return keeps || !/^(?:content-(?:length|type)|transfer-encoding)$/i.test(name)
  })
  const signed = user !== undefined && home ? { authorization: user } : {}
  return {
    method: becomesGet ? "GET" : method,
    url: to.href,
    headers: {
      ...Object.fromEntries(fields),
      ...signed,
      ...(keeps && length !== undefined ? { "content-length": length } : {})
    },
    body: keeps ? body : null
  }
}

export const redirectStep = area({
  name: "redirect-step",
  input: Input,
  answer,
  same: sameFields(sameJson, { url: sameUrl, headers: sameHeaders, error: sameError(exceptions) }),
  deviatesMuch: true,
  deviations: [
    {
      name: "userinfo",
      reason:
        "a user and a password are no part of a URL that is sent: those of the URL that was asked become Authorization, those of a Location are dropped, since a server does not choose our credentials",
      answer: (input) => (hasUser(input.location ?? "") || hasUser(input.url) ? toOurUrl(input) : undefined)
    },
    {
      name: "WHATWG",
      reason: "a Location is read as WHATWG reads it, names its host plainly, and leads to http or https",
      answer: (input) => (isReadDifferently(input.location ?? "", false) ? toOurUrl(input) : undefined)
    }
  ]
})
