/** What reads texts and bytes, fed with its own grammar, wounded. */
import {
  Challenge,
  Charset,
  Cookie,
  Cookies,
  CookiesTxt,
  Digest,
  Disclosure,
  Environment,
  Headers,
  Json,
  Lines,
  Links,
  Params,
  Rules,
  Target,
  Timeout
} from "@effect-requests/core"
import { Either, Option, Redacted, Stream } from "effect"
import * as fc from "effect/FastCheck"
import { all, type Feed, feed } from "./feeding.js"
import {
  bytes,
  challenge,
  charset,
  contentType,
  cookiesTxt,
  fields,
  fieldValue,
  link,
  location,
  mutated,
  name,
  netrc,
  noise,
  noProxy,
  prefix,
  proxy,
  retryAfter,
  scalar,
  setCookie,
  url,
  variables,
  webUrl
} from "./grammars.js"

/** Mostly of its own grammar, sometimes of any other. */
const ofAny = (own: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 8, arbitrary: mutated(own) }, { weight: 1, arbitrary: fieldValue })

const target = (text: string) => Target.fromUrl(new URL(text))

/** Milliseconds since 1970: what a clock says, and the ends of what a Date holds. */
export const instant = fc.oneof(fc.nat(), fc.constantFrom(0, -1, 1.5, 8.64e15, 8.64e15 + 1, Infinity, Number.NaN))

const challenges = feed(
  "challenges",
  fc.record({
    text: ofAny(challenge),
    at: fc.nat({ max: 40 }),
    secret: noise,
    body: fc.option(bytes, { nil: undefined })
  }),
  {
    "Challenge.parse": ({ text }) => Challenge.parse([text, text]),
    "Challenge.parseDictHeader": ({ text }) => Challenge.parseDictHeader(text),
    "Challenge.quotedString": ({ at, text }) => Challenge.quotedString(text, at),
    "Digest.read": ({ text }) => Challenge.parse([text]).map((one) => Digest.read(one, { sha1: "answer" })),
    "Digest.strongest": ({ text }) => Digest.strongest(Challenge.parse([text])),
    "Digest.coversBody": ({ text }) => Option.map(Digest.strongest(Challenge.parse([text])), Digest.coversBody),
    "Digest.answer": ({ at, body, secret, text }) =>
      Option.map(Digest.strongest(Challenge.parse([text])), (found) =>
        Digest.answer({
          challenge: found,
          method: "GET",
          uri: text,
          username: secret,
          password: secret,
          cnonce: secret,
          count: at,
          body
        })
      )
  }
)

const links = feed("links", ofAny(link), {
  "Links.parse": Links.parse,
  "Links.parseHeaderLinks": Links.parseHeaderLinks,
  "Links.target": (text) => Links.parse(text).map((one) => Links.target(one, "https://h.test/")),
  "Links.byRel": (text) => Links.byRel(Links.parse(text), text)
})

const types = feed(
  "content types",
  fc.record({ type: fc.option(ofAny(contentType), { nil: undefined }), body: bytes, boundary: noise }),
  {
    "Charset.fromContentType": ({ type }) => Charset.fromContentType(type),
    "Charset.getEncodingFromHeaders": ({ type }) => Charset.getEncodingFromHeaders(type),
    "Charset.detect": ({ body, type }) => Charset.detect(body, type),
    "Charset.text": ({ body, type }) => Charset.text(body, type),
    "Rules.isBoundary": ({ boundary, type }) => [Rules.isBoundary(boundary), Rules.isBoundary(type ?? "")],
    "Rules.withBoundary": ({ boundary, type }) => Rules.withBoundary(type ?? "", boundary)
  }
)

const cut = <A>(whole: A, length: number, places: ReadonlyArray<number>, slice: (from: number, to: number) => A) => {
  const at = [0, ...places.map((place) => Math.min(place, length)).sort((a, b) => a - b), length]
  return at.length === 2 ? [whole] : at.slice(1).map((to, i) => slice(at[i] ?? 0, to))
}

const encodings = feed(
  "encoded bytes",
  fc.record({
    label: charset,
    whole: bytes,
    places: fc.array(fc.nat({ max: 40 }), { maxLength: 4 }),
    size: fc.option(fc.oneof(fc.integer({ min: -1, max: 9 }), fc.double()), { nil: undefined })
  }),
  {
    "Charset.decode": ({ label, whole }) => Charset.decode(whole, label),
    "Charset.decodeStrict": ({ label, whole }) => Charset.decodeStrict(whole, label),
    "Charset.fromBom": ({ whole }) => Charset.fromBom(whole),
    "Charset.fromMeta": ({ whole }) => Charset.fromMeta(whole),
    "Charset.guess": ({ whole }) => Charset.guess(whole),
    "Charset.guessJson": ({ whole }) => Charset.guessJson(whole),
    "Lines.decode": ({ label, places, whole }) => all(Lines.decode(pieces(whole, places), label)),
    "Lines.fromStream": ({ label, places, whole }) => all(Lines.fromStream(pieces(whole, places), label, label)),
    "Lines.content": ({ places, size, whole }) => all(Lines.content(pieces(whole, places), size))
  }
)

const pieces = (whole: Uint8Array, places: ReadonlyArray<number>) =>
  Stream.fromIterable(cut(whole, whole.length, places, (from, to) => whole.subarray(from, to)))

const lines = feed(
  "texts in lines",
  fc.record({
    text: noise,
    places: fc.array(fc.nat({ max: 40 }), { maxLength: 4 }),
    delimiter: fc.option(noise, { nil: undefined })
  }),
  {
    "Lines.start": ({ delimiter }) => Lines.start(delimiter),
    "Lines.step": ({ delimiter, text }) => Lines.step(Lines.start(delimiter), text),
    "Lines.end": ({ delimiter, text }) => Lines.end(Lines.step(Lines.start(delimiter), text)[0]),
    "Lines.lines": ({ delimiter, places, text }) =>
      all(
        Lines.lines(Stream.fromIterable(cut(text, text.length, places, (from, to) => text.slice(from, to))), delimiter)
      )
  }
)

const cookies = feed(
  "Set-Cookie",
  fc.record({
    fields: fc.array(ofAny(setCookie), { maxLength: 4 }),
    text: noise,
    at: fc.oneof(webUrl, webUrl, fc.constant("http+unix://x/y"), fc.constant("data:x")).map(target),
    now: instant,
    size: fc.oneof(fc.double(), fc.nat({ max: 2 })),
    sameSite: fc.constantFrom("lax" as const, undefined)
  }),
  {
    "Cookie.judged": ({ at, fields: [line = ""], now }) => Cookie.judged(line, at, now),
    "Cookie.make": ({ fields: [line = ""], now, sameSite, text }) => [
      Cookie.make("a", text, { domain: "h.test" }),
      Cookie.make(text, line, { domain: "h.test", sameSite, expires: now }),
      Cookie.make("a", "b", { domain: text, path: line }),
      Cookie.make("a", "b", { domain: "h.test", path: text })
    ],
    "Rules.staysBehind": ({ at, fields: [line = ""], now, text }) => {
      const cookie = Cookie.judged(line, at, now)
      return cookie === undefined ? false : Rules.staysBehind(cookie, text)
    },
    "Cookie.hostOf": ({ text }) => Cookie.hostOf(text),
    "Cookie.unbracketed": ({ text }) => Cookie.unbracketed(text),
    "Cookie.isShared": ({ at, text }) => [Cookie.isShared(text), Cookie.isShared(at.host)],
    "CookiesTxt.write": ({ at, fields, now }) => CookiesTxt.write(jar(at, fields, now)),
    "Cookies.store": ({ at, fields, now }) => jar(at, fields, now),
    "Cookies.matching": ({ at, fields, now }) => Cookies.matching(jar(at, fields, now), at, now),
    "Cookies.header": ({ at, fields, now }) => Cookies.header(jar(at, fields, now), at, now),
    "Cookies.put": ({ at, fields, now, size, text }) =>
      Either.map(Cookie.make("a", text, { domain: "h.test" }, size), (cookie) => [
        Cookies.put(Cookies.empty, cookie, now),
        Cookies.put(jar(at, fields, now), cookie, now, { largestCookie: size, mostOfDomain: size, mostOfAll: size })
      ]),
    "Cookies.find": ({ at, fields, now, text }) => Cookies.find(jar(at, fields, now), { domain: text }),
    "Cookies.remove": ({ at, fields, now, text }) =>
      Cookies.remove(jar(at, fields, now), { domain: at.host, name: text }),
    "Cookies.size": ({ at, fields, now }) => Cookies.size(jar(at, fields, now)),
    "Cookies.toArray": ({ at, fields, now }) => Cookies.toArray(jar(at, fields, now)),
    "Cookies.fromArray": ({ at, fields, now }) => Cookies.fromArray(Cookies.toArray(jar(at, fields, now)), now),
    "Cookies.merge": ({ at, fields, now }) => Cookies.merge(jar(at, fields, now), jar(at, fields.slice(1), now))
  }
)

const jar = (at: Target.Target, lines: ReadonlyArray<string>, now: number) =>
  Cookies.store(Cookies.empty, at, lines, now)

const cookieFiles = feed("cookies.txt", fc.record({ text: mutated(cookiesTxt), now: instant }), {
  "CookiesTxt.parse": ({ now, text }) => CookiesTxt.parse(text, now)
})

const files = feed(
  "netrc",
  fc.record({
    text: mutated(netrc),
    host: fc.oneof(fc.constantFrom("h.test", "example.test"), noise),
    at: webUrl,
    allowDefault: fc.boolean()
  }),
  {
    "Rules.netrcFor": ({ allowDefault, host, text }) => [
      Rules.netrcFor(text, host, { allowDefault }),
      Rules.netrcFor(text, host, { allowDefault, entry: "last" })
    ],
    "Rules.getNetrcAuth": ({ at, host, text }) => [Rules.getNetrcAuth(text, at), Rules.getNetrcAuth(text, host)],
    "Rules.environmentAuth": ({ allowDefault, at, text }) =>
      Rules.environmentAuth(Environment.make({}, text), target(at), { allowDefault }),
    "Environment.make": ({ host, text }) => [
      Environment.make({ [host]: text }, text),
      Environment.make({}, Redacted.make(text))
    ]
  }
)

/** Proxies by what they are for. */
export const routes = fc.dictionary(
  fc.oneof(fc.constantFrom("http", "https", "all", "no_proxy", "noProxy", "https://h.test"), mutated(prefix)),
  fc.oneof(mutated(proxy), fc.constant(null)),
  { maxKeys: 3 }
)

const proxies = feed(
  "proxies",
  fc.record({
    at: fc.oneof(webUrl, mutated(url)),
    asked: fc.oneof(mutated(noProxy), noise),
    given: routes,
    said: variables,
    via: ofAny(proxy),
    headers: fields,
    trusted: fc.boolean()
  }),
  {
    "Rules.environmentProxies": ({ said }) => Rules.environmentProxies(said),
    "Rules.environmentNoProxy": ({ said }) => Rules.environmentNoProxy(said),
    "Rules.environmentVerify": ({ said }) => Rules.environmentVerify(said),
    "Rules.chooseProxy": ({ at, given, said }) => [
      Rules.chooseProxy(at, [given, {}], said),
      Rules.chooseProxy(at, [], said),
      Rules.chooseProxy(at, [given, {}], said, "byKey")
    ],
    "Rules.carriedProxies": ({ at, given, said }) => Rules.carriedProxies(at, [given], said),
    "Rules.selectProxy": ({ at, given }) => Rules.selectProxy(at, given),
    "Rules.resolveProxies": ({ at, given, said, trusted }) => Rules.resolveProxies(at, said, given, trusted),
    "Rules.rebuildProxies": ({ at, given, headers, said, trusted }) =>
      Rules.rebuildProxies(at, headers, given, said, trusted),
    "Rules.proxyAuthorization": ({ via }) => Rules.proxyAuthorization(via),
    "Rules.proxyUrl": ({ via }) => Rules.proxyUrl(via),
    "Rules.shouldBypassProxies": ({ asked, at }) => Rules.shouldBypassProxies(at, asked),
    "Rules.placeOf": ({ at }) => Rules.placeOf(at),
    "Rules.urlOf": ({ at, via }) => [Rules.urlOf(at), Rules.urlOf(via)],
    "Rules.bareHost": ({ asked }) => Rules.bareHost(asked),
    "Rules.specialRange": ({ asked, at }) => [Rules.specialRange(asked), Rules.specialRange(at)],
    "Rules.getAuthFromUrl": ({ at, via }) => [Rules.getAuthFromUrl(at), Rules.getAuthFromUrl(via)]
  }
)

const urls = feed(
  "URLs",
  fc.record({
    text: ofAny(url),
    other: fc.oneof(mutated(location), noise),
    base: fc.option(webUrl, { nil: undefined }),
    mounts: fc.array(mutated(prefix), { maxLength: 3 })
  }),
  {
    "Rules.parseUrl": ({ base, other, text }) => [
      Rules.parseUrl(text, undefined, "url"),
      Rules.parseUrl(other, base === undefined ? undefined : new URL(base), "url")
    ],
    "Rules.plainTarget": ({ base, other, text }) => [
      Rules.plainTarget(text, undefined),
      Rules.plainTarget(other, base === undefined ? undefined : target(base))
    ],
    "Rules.requoteUri": ({ other, text }) => [Rules.requoteUri(text), Rules.requoteUri(other)],
    "Rules.unquoteUnreserved": ({ other, text }) => [Rules.unquoteUnreserved(text), Rules.unquoteUnreserved(other)],
    "Rules.shouldStripAuth": ({ base = "", other, text }) => [
      Rules.shouldStripAuth(text, other),
      Rules.shouldStripAuth(base, text)
    ],
    "Rules.userinfoAuth": ({ text }) => Either.map(parsed(text), (one) => Rules.userinfoAuth(text, one)),
    "Rules.covers": ({ mounts: [mount = ""], text }) => [Rules.covers(mount, text), Rules.covers(text, mount)],
    "Rules.longestPrefix": ({ mounts, text }) => Rules.longestPrefix(mounts, text),
    "Rules.noAdapter": ({ text }) => Either.map(parsed(text), (one) => Rules.noAdapter(Target.fromUrl(one))),
    "Rules.sameOrigin": ({ base = "http://h.test", text }) =>
      Either.map(parsed(text), (one) => Rules.sameOrigin(target(base), Target.fromUrl(one))),
    "Rules.sameSite": ({ base = "https://h.test", text }) =>
      Either.map(parsed(text), (one) => Rules.sameSite(target(base), Target.fromUrl(one))),
    "Rules.crossesSite": ({ base = "https://h.test", text }) =>
      Either.map(parsed(text), (one) => Rules.crossesSite(target(base), Target.fromUrl(one))),
    "Disclosure.url": ({ other, text }) => [Disclosure.url(text), Disclosure.url(other)],
    "Json.parse": ({ text }) => Either.mapLeft(Json.parse(text), ({ at }) => String(at)),
    "Target.fromUrl": ({ text }) => Either.map(parsed(text), (one) => Target.fromUrl(one, text)),
    "Target.parse": ({ text }) => Target.parse(text)
  }
)

const parsed = (text: string) => Rules.parseUrl(text, undefined, "url")

const header = feed(
  "header fields",
  fc.record({
    fields,
    other: fields,
    name,
    value: noise,
    status: fc.integer({ min: 100, max: 599 }),
    after: ofAny(retryAfter),
    now: instant
  }),
  {
    "Headers.get": ({ fields, name }) => Headers.get(fields, name),
    "Headers.getAll": ({ fields, name }) => Headers.getAll(fields, name),
    "Headers.has": ({ fields, name }) => Headers.has(fields, name),
    "Headers.pairs": ({ fields }) => Headers.pairs(fields),
    "Headers.fromPairs": ({ fields }) => Headers.fromPairs(Headers.pairs(fields)),
    "Headers.append": ({ fields, name, value }) => Headers.append(fields, name, value),
    "Headers.set": ({ fields, name, value }) => Headers.set(fields, name, value),
    "Headers.setIfAbsent": ({ fields, name, value }) => Headers.setIfAbsent(fields, name, value),
    "Headers.filter": ({ fields, name }) => Headers.filter(fields, (one) => one !== name),
    "Headers.remove": ({ fields, name }) => Headers.remove(fields, name, "accept"),
    "Headers.isToken": ({ value }) => Headers.isToken(value),
    "Headers.isValue": ({ value }) => Headers.isValue(value),
    "Disclosure.headers": ({ fields }) => Disclosure.headers(fields),
    "Rules.getRedirectTarget": ({ fields, status }) => [
      Rules.getRedirectTarget(status, fields),
      Rules.getRedirectTarget(302, fields)
    ],
    "Rules.isRedirectStatus": ({ status }) => Rules.isRedirectStatus(status),
    "Rules.rebuildMethod": ({ name, status }) => Rules.rebuildMethod(name, status),
    "Rules.droppedNames": ({ fields, other }) => Rules.droppedNames(fields, other),
    "Rules.describesBody": ({ name }) => Rules.describesBody(name),
    "Rules.isHarmless": ({ name, value }) => Rules.isHarmless(name, new Set([value])),
    "Rules.retryAfter": ({ after, now }) => Rules.retryAfter(after, now)
  }
)

/** Params as users write them. */
export const params = fc.oneof(
  noise,
  fc.dictionary(name, fc.oneof(scalar, fc.constantFrom(null, undefined), fc.array(scalar, { maxLength: 2 })), {
    maxKeys: 3
  }),
  fc.array(fc.tuple(name, fc.oneof(scalar, fc.constant(null))), { maxLength: 3 })
)

const queries = feed("params", fc.record({ input: params, at: ofAny(url) }), {
  "Params.make": ({ input }) => Params.make(input),
  "Rules.encodeParams": ({ input }) => Rules.encodeParams(Params.make(input), "params"),
  "Rules.withParams": ({ at, input }) => Either.flatMap(parsed(at), (one) => Rules.withParams(one, Params.make(input)))
})

/** A span of time: good ones, and what a calculation may come to. */
const span = fc.oneof(
  fc.double(),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.tuple(fc.double(), fc.double()),
  fc.constantFrom("2 seconds" as const, "-1 millis" as const, "1e+300 days" as const)
)

/** Timeouts as users write them. */
export const timeout = fc.oneof(
  span,
  fc.record({ connect: fc.option(span), headers: span, read: span, total: fc.option(span) }, { requiredKeys: [] })
)

const spans = feed("timeouts", fc.tuple(timeout, span), {
  "Timeout.isParts": ([input]) => Timeout.isParts(input),
  "Timeout.parts": ([input]) => Timeout.parts(input),
  "Timeout.millis": ([, part]) => Timeout.millis(part)
})

export const textFeeds: ReadonlyArray<Feed> = [
  challenges,
  links,
  types,
  encodings,
  lines,
  cookies,
  cookieFiles,
  files,
  proxies,
  urls,
  header,
  queries,
  spans
]
