import { Either, Schema } from "effect"
import { area } from "../area.js"
import { sameError, sameFields, sameJson, sameUrl } from "../compare.js"
import { Entries, entriesOf, prepared } from "../given.js"
import { hasOtherForms, hasUser, isReadDifferently, quoted, refuses, whatwg } from "../urls.js"

const Input = Schema.Struct({ url: Schema.String, params: Schema.NullOr(Schema.Union(Schema.String, Entries)) })
type Input = typeof Input.Type

const paramsOf = ({ params }: Input) =>
  params === null ? {} : { params: typeof params === "string" ? params : entriesOf(params) }

const exceptions = {
  Url: ["InvalidURL", "MissingSchema", "InvalidSchema", "LocationParseError"],
  Params: ["ValueError", "UnicodeEncodeError"]
}

const query = ({ params }: Input): string =>
  params === null || typeof params === "string" ? (params ?? "") : quoted(params)

const isWrittenDifferently = ({ params, url }: Input): boolean =>
  isReadDifferently(url, true) ||
  (typeof params === "string" ? isTextOfItsOwn(params) : params !== null && hasOtherForms(params))

/** requests keeps a "?" before a text, escapes every "%" of a URL with one escape that is not hex, and no "#". */
const isTextOfItsOwn = (params: string): boolean => /^\?|%(?![0-9a-f]{2})|[#"<>\\^`{|}[\]]/i.test(params)

/** The URL by WHATWG, with the parameters as Python quotes them. */
const byWhatwg = (input: Input): unknown => {
  const url = whatwg(input.url)
  if (url === undefined || refuses(input.url, true)) return { error: "Url" }
  const more = url.protocol.startsWith("http") ? query(input).replace(/^\?/, "").replaceAll("#", "%23") : ""
  if (more !== "") url.search = url.search === "" ? more : `${url.search}&${more}`
  return { url: url.href }
}

export const prepareUrl = area({
  name: "prepare-url",
  input: Input,
  answer: (input) =>
    Either.match(prepared("GET", input.url, paramsOf(input)), {
      onLeft: (error) => ({ error }),
      onRight: ({ request: { url } }) => ({ url })
    }),
  same: sameFields(sameJson, { url: sameUrl, error: sameError(exceptions) }),
  deviatesMuch: true,
  deviations: [
    {
      name: "userinfo",
      reason: "a user and a password are no part of a URL that is sent: they become Authorization",
      answer: (input) => (hasUser(input.url) ? byWhatwg(input) : undefined)
    },
    {
      name: "JavaScript",
      reason:
        "URLs are WHATWG's, and what it repairs into another host is refused; values are written as JavaScript does",
      answer: (input) => (isWrittenDifferently(input) ? byWhatwg(input) : undefined)
    }
  ]
})
