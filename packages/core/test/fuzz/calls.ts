/** What takes settings, requests and hops, fed with hostile ones. */
import {
  Answer,
  Auth,
  Body,
  Cookies,
  Environment,
  Explanation,
  type Headers,
  Multipart,
  type PreparedRequest,
  Request,
  Response,
  Retry,
  Rules,
  SessionState,
  Settings,
  Snapshot,
  Target,
  TunnelAnswer
} from "@effect-requests/core"
import { Effect, Either, Option, Redacted, Stream } from "effect"
import * as fc from "effect/FastCheck"
import { settings } from "../arbitraries.js"
import { type Feed, feed } from "./feeding.js"
import {
  anything,
  bytes,
  challenge,
  fields,
  fieldValue,
  location,
  mutated,
  name,
  netrc,
  noise,
  scalar,
  setCookie,
  url,
  variables,
  webUrl
} from "./grammars.js"
import { instant, params, routes, timeout } from "./texts.js"

const thrown = new Error("a signer of the user's")

const plainAuth: fc.Arbitrary<Auth.Auth> = fc.oneof(
  fc.tuple(noise, noise).map(([user, password]) => Auth.basic(user, password)),
  fc.tuple(noise, noise).map(([user, password]) => Auth.digest(user, password)),
  fc.constant(Auth.digest("ada", "secret")),
  noise.map((token) => Auth.bearer(token)),
  fields.map((pairs) => Auth.custom(() => pairs)),
  fc.constant(
    Auth.custom(() => {
      throw thrown
    })
  ),
  fc.constant(Auth.refreshing({ current: Effect.succeed(Redacted.make("t")), refused: () => Effect.void }))
)

const auth = fc.oneof(
  { weight: 4, arbitrary: plainAuth },
  {
    weight: 1,
    arbitrary: fc
      .tuple(plainAuth, fc.array(mutated(webUrl), { maxLength: 2 }))
      .map(([one, origins]) => Auth.forOrigins(one, origins))
  },
  { weight: 1, arbitrary: fc.constant(null) }
)

const length = fc.oneof(fc.double(), fc.nat(), fc.constant(undefined))

const body: fc.Arbitrary<Body.Body> = fc.oneof(
  fc.constant(Body.empty),
  noise.map(Body.text),
  length.map((length) => Body.replayable(() => Stream.empty, { length })),
  length.map((length) => Body.oneShot(Stream.empty, { length }))
)

const headerRecord = fc.dictionary(
  fc.oneof(name, fc.constantFrom("Authorization", "Cookie", "Content-Type", "Content-Length", "Transfer-Encoding")),
  fc.oneof(fieldValue, fc.constantFrom(null, undefined), fc.array(fieldValue, { maxLength: 2 })),
  { maxKeys: 3 }
)

const fileOptions = fc.record(
  { filename: fc.option(noise), contentType: fc.option(fieldValue), headers: headerRecord },
  { requiredKeys: [] }
)
const content = fc.oneof(scalar, bytes, body)
const part: fc.Arbitrary<Multipart.Part> = fc.oneof(
  fc.tuple(name, scalar).map(([name, value]) => Multipart.field(name, value)),
  fc.tuple(name, fc.option(content), fileOptions).map(([name, one, said]) => Multipart.file(name, one, said))
)
const file: fc.Arbitrary<Multipart.FileInput> = fc.oneof(
  content,
  fc.tuple(fc.option(content), fileOptions).map(([content, said]) => ({ ...said, content }))
)
const parts: fc.Arbitrary<Multipart.Input> = fc.oneof(
  fc.array(part, { maxLength: 3 }),
  fc.record(
    {
      fields: params,
      files: fc.dictionary(name, fc.oneof(file, fc.constant(null), fc.array(file, { maxLength: 2 })), { maxKeys: 2 })
    },
    { requiredKeys: [] }
  ),
  fc.constant({
    [Symbol.iterator]: (): Iterator<Multipart.Part> => {
      throw thrown
    }
  })
)

/** Settings of any size and any content. */
const hostileSettings: fc.Arbitrary<Settings.Settings> = fc
  .tuple(
    settings,
    fc.record(
      {
        baseUrl: mutated(webUrl),
        headers: fc.oneof(headerRecord, headerRecord.map(Settings.only)),
        params,
        auth,
        cookies: fc.dictionary(fc.oneof(name, noise), fc.oneof(noise, fc.constantFrom(null, undefined)), {
          maxKeys: 2
        }),
        timeout: fc.oneof(timeout, fc.constant(null)),
        maxRedirects: fc.oneof(fc.double(), fc.nat({ max: 3 })),
        jar: fc.record({ largestCookie: fc.double(), mostOfDomain: fc.double(), mostOfAll: fc.double() }),
        keepAcrossOrigins: fc.array(name, { maxLength: 2 }),
        proxies: routes,
        verify: noise.map((caFile) => ({ caFile })),
        cert: noise.map((cert) => ({ cert, key: Redacted.make("k") }))
      },
      { requiredKeys: [] }
    ),
    fc.integer({ min: 0, max: 3 })
  )
  // All at once would seldom get far.
  .map(([tame, wild, kept]) => ({
    ...tame,
    ...Object.fromEntries(Object.entries(wild).filter((_, at) => kept === 3 || at % 3 === kept))
  }))

const bodies: fc.Arbitrary<Request.Options> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: anything.map((json) => ({ json })) },
  { weight: 1, arbitrary: params.map((form) => ({ form })) },
  { weight: 1, arbitrary: parts.map((multipart) => ({ multipart })) },
  { weight: 1, arbitrary: fc.oneof(body, bytes, noise).map((body) => ({ body })) },
  { weight: 1, arbitrary: fc.record({ json: anything, form: params, body }, { requiredKeys: [] }) }
)

const facts = fc
  .record({
    session: hostileSettings,
    lines: fc.array(mutated(setCookie), { maxLength: 2 }),
    said: variables,
    file: mutated(netrc),
    now: instant,
    nonce: fc.oneof(fc.constant("boundary"), noise)
  })
  .map(({ file, lines, nonce, now, said, session }) => ({
    state: SessionState.make({ settings: session, cookies: Cookies.store(Cookies.empty, here, lines, now) }),
    environment: Environment.make(said, file),
    now,
    nonce
  }))

const here = Target.fromUrl(new URL("http://h.test/"))

const asked = fc.record({
  method: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom("GET", "post", "HEAD", "PUT") },
    { weight: 1, arbitrary: noise }
  ),
  address: fc.oneof(
    { weight: 3, arbitrary: webUrl },
    { weight: 2, arbitrary: mutated(url) },
    { weight: 1, arbitrary: mutated(location) }
  ),
  options: fc.tuple(hostileSettings, bodies).map(([wild, sent]): Request.Options => ({ ...wild, ...sent })),
  facts
})

type Asked = typeof asked extends fc.Arbitrary<infer A> ? A : never

const prepared = ({ address, facts, method, options }: Asked) =>
  Rules.prepare(Request.make(method, address, options), facts)

const supports: ReadonlySet<PreparedRequest.Capability> = new Set(["proxy"] as const)

const requests = feed("requests", asked, {
  "Rules.prepare": prepared,
  "Rules.dress": (asked) => Either.flatMap(prepared(asked), (call) => Rules.dress(call, asked.facts)),
  "Rules.redressing": (asked) => Either.flatMap(prepared(asked), (call) => Rules.redressing(call)(asked.facts)),
  "Rules.begin": (asked) => Either.map(prepared(asked), (call) => Rules.begin(call, asked.facts.now)),
  "Rules.tokenSource": (asked) => Either.map(prepared(asked), Rules.tokenSource),
  "Rules.isSigned": (asked) => Either.map(prepared(asked), Rules.isSigned),
  "Rules.isSignedForProxy": (asked) => Either.map(prepared(asked), Rules.isSignedForProxy),
  "Rules.passage": (asked) => Either.map(prepared(asked), ({ request }) => Rules.passage(request)),
  "Rules.absoluteForm": (asked) => Either.map(prepared(asked), ({ request }) => Rules.absoluteForm(request.target)),
  "Rules.authorityForm": (asked) => Either.map(prepared(asked), ({ request }) => Rules.authorityForm(request.target)),
  "Rules.toldToProxy": (asked) => Either.map(prepared(asked), Rules.toldToProxy),
  "Rules.transport": (asked) =>
    Either.flatMap(prepared(asked), ({ home, request, settings }) =>
      Rules.transport(settings, request.target, home, asked.facts.environment)
    ),
  "Rules.lacking": (asked) => Either.map(prepared(asked), ({ request }) => Rules.lacking(request.transport, supports)),
  "Rules.unsupported": (asked) =>
    Either.map(prepared(asked), ({ request }) => Rules.unsupported(request.transport, supports)),
  "Rules.encode": ({ facts, options }) => Rules.encode(options, facts.nonce),
  "Rules.hasParts": ({ options }) => Rules.hasParts(options)
})

const explained = ({ address, facts, method, options }: Asked) =>
  Rules.explain(Request.make(method, address, options), facts, (url) => (url.length % 5 === 0 ? undefined : supports))

const explanations = feed("explanations", asked, {
  "Rules.explain": explained,
  "Explanation.about": (asked) =>
    Either.map(explained(asked), (one) => Explanation.about(one, "header", asked.address)),
  "Explanation.holds": (asked) => Either.map(explained(asked), ({ entries }) => entries.map(Explanation.holds)),
  "Explanation.toText": (asked) => Either.map(explained(asked), Explanation.toText)
})

const states = feed("states", fc.record({ one: facts, other: facts, json: anything }), {
  "Rules.mergeStates": ({ one, other }) => Rules.mergeStates(one.state, other.state),
  "Rules.diff": ({ one, other }) => Rules.diff(one.state, other.state),
  "Rules.isEmptyDiff": ({ one, other }) => Rules.isEmptyDiff(Rules.diff(one.state, other.state)),
  "Snapshot.seal": ({ one }) => Either.flatMap(Snapshot.seal(one.state), Snapshot.restore),
  "Snapshot.outline": ({ one }) => Either.flatMap(Snapshot.outline(one.state), Snapshot.restore),
  "Snapshot.restore": ({ json, one }) => [
    Snapshot.restore(json),
    Either.flatMap(Snapshot.seal(one.state), (sealed) => Snapshot.restore({ ...sealed, settings: json }))
  ]
})

const setting = fc.oneof(
  fc.dictionary(name, fc.oneof(noise, fc.constant(null), fc.integer()), { maxKeys: 3 }),
  noise,
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.nat(), { maxLength: 2 })
)

const layers = feed(
  "settings",
  fc.record({
    base: hostileSettings,
    over: hostileSettings,
    method: noise,
    mine: setting,
    its: setting,
    insensitive: fc.boolean(),
    fields: headerRecord
  }),
  {
    "Rules.mergeFields": ({ fields }) => [Rules.mergeFields(fields, {}), Rules.mergeFields({ Accept: "a" }, fields)],
    "Rules.merge": ({ base, over }) => Rules.merge(base, over),
    "Rules.proxyLayers": ({ base, over }) => Rules.proxyLayers([over, base]),
    "Rules.settle": ({ base, method, over }) => Rules.settle(Rules.merge(base, over), method),
    "Rules.policies": ({ base, over }) => Rules.policies(Rules.merge(base, over)),
    "Rules.jarOf": ({ base }) => Rules.jarOf(base),
    "Rules.publicPart": ({ base }) => Rules.publicPart(base),
    "Rules.mergeSetting": ({ insensitive, its, mine }) => Rules.mergeSetting(mine, its, insensitive),
    "Rules.hooksOf": ({ base }) =>
      base.hooks === null || base.hooks === undefined || base.hooks instanceof Settings.Only
        ? []
        : Rules.hooksOf(base.hooks)
  }
)

const credentials = feed(
  "credentials",
  fc.record({
    auth: plainAuth,
    origins: fc.array(mutated(webUrl), { maxLength: 2 }),
    at: webUrl,
    user: noise,
    password: noise,
    home: fc.boolean()
  }),
  {
    "Rules.basicAuth": ({ password, user }) => Rules.basicAuth(user, password),
    "Rules.bearer": ({ at, password }) =>
      Either.map(message(at), (request) => Rules.bearer(request, Redacted.make(password))),
    "Rules.authorize": ({ at, auth, origins }) =>
      Either.flatMap(message(at), (request) => Rules.authorize(request, Auth.forOrigins(auth, origins))),
    "Rules.mayCarry": ({ at, auth, home, origins }) => [
      Rules.mayCarry(auth, home, Target.fromUrl(new URL(at))),
      Rules.mayCarry(Auth.forOrigins(auth, origins), home, Target.fromUrl(new URL(at)))
    ]
  }
)

const nobody = { state: SessionState.empty, environment: Environment.empty, now: 0, nonce: "n" }
const message = (at: string) => Either.map(Rules.prepare(Request.get(at), nobody), ({ request }) => request)

const forms = feed(
  "multipart",
  fc.record({
    input: parts,
    boundary: fc.oneof(fc.constantFrom("B", "-"), noise),
    bodies: fc.array(body, { maxLength: 4 }),
    name,
    content: fc.option(content),
    said: fileOptions,
    value: scalar
  }),
  {
    "Rules.multipart": ({ boundary, input }) => Rules.multipart(input, boundary),
    "Multipart.concat": ({ bodies }) => Multipart.concat(bodies),
    "Multipart.field": ({ name, value }) => Multipart.field(name, value),
    "Multipart.file": ({ content, name, said }) => Multipart.file(name, content, said)
  }
)

const reply = fc.record({
  status: fc.oneof(fc.constantFrom(301, 302, 303, 307, 308, 401, 429, 503), fc.integer({ min: 100, max: 999 })),
  rawHeaders: fc.oneof(
    { weight: 1, arbitrary: fields },
    {
      weight: 3,
      arbitrary: fc
        .tuple(mutated(location), mutated(challenge), mutated(setCookie), fieldValue)
        .map(([to, challenges, cookie, info]) => [
          "Location",
          to,
          "WWW-Authenticate",
          challenges,
          "Set-Cookie",
          cookie,
          "Authentication-Info",
          info,
          "Retry-After",
          info
        ])
    }
  )
})

const saidBy = ({ call, response }: Request.Hop): Rules.ProxySaid => ({
  call,
  status: response.status,
  rawHeaders: response.answer.rawHeaders
})

const hops = feed("hops", fc.record({ asked, reply, attempt: fc.nat({ max: 9 }), jitter: fc.double() }), {
  "Rules.teaches": (given) => ofHop(given, Rules.teaches),
  "Rules.absorb": (given) => ofHop(given, (hop) => Rules.absorb(given.asked.facts.state, hop, given.asked.facts)),
  "Rules.answerable": (given) => ofHop(given, Rules.answerable),
  "Rules.answered": (given) => ofHop(given, Rules.answered),
  "Rules.isRefusedToken": (given) => ofHop(given, Rules.isRefusedToken),
  "Rules.teachesDigest": (given) => ofHop(given, Rules.teachesDigest),
  "Rules.rememberChallenge": (given) =>
    ofHop(given, (hop) => Rules.rememberChallenge(given.asked.facts.state, hop, given.asked.facts.nonce)),
  "Rules.sign": (given) =>
    ofHop(given, (hop) =>
      Rules.sign(hop.call, Rules.rememberChallenge(given.asked.facts.state, hop, given.asked.facts.nonce))
    ),
  "Rules.remembered": (given) =>
    ofHop(given, (hop) =>
      Option.map(Rules.answerable(hop), (one) => Rules.remembered(given.asked.facts.state, "a", one, "c"))
    ),
  "Rules.isAnswered": (given) => ofHop(given, Rules.isAnswered),
  "Rules.isChallenge": (given) => ofHop(given, ({ call, response }) => Rules.isChallenge(call, response.status)),
  "Rules.challengeBody": (given) =>
    ofHop(given, ({ call, response: { rawHeaders, status } }) => Rules.challengeBody(call)(status, rawHeaders)),
  "Rules.bodyLimit": (given) =>
    ofHop(given, ({ call, response: { rawHeaders, status } }) =>
      Rules.bodyLimit(call.request.transport, status, rawHeaders)
    ),
  "Rules.proxySaid": (given) => ofHop(given, Rules.proxySaid),
  "Rules.proxyAnswerable": (given) => ofHop(given, (hop) => Rules.proxyAnswerable(saidBy(hop))),
  "Rules.proxyAnswered": (given) => ofHop(given, Rules.proxyAnswered),
  "Rules.proxyTeaches": (given) => ofHop(given, (hop) => Rules.proxyTeaches(saidBy(hop))),
  "Rules.teachesProxyDigest": (given) => ofHop(given, Rules.teachesProxyDigest),
  "Rules.rememberProxy": (given) =>
    ofHop(given, (hop) => Rules.rememberProxy(given.asked.facts.state, saidBy(hop), given.asked.facts.nonce)),
  "Rules.signForProxy": (given) =>
    ofHop(given, (hop) =>
      Rules.signForProxy(hop.call, Rules.rememberProxy(given.asked.facts.state, saidBy(hop), given.asked.facts.nonce))
    ),
  "Rules.followTunnel": (given) =>
    ofHop(given, ({ call, response: { answer } }) =>
      Rules.followTunnel(
        call,
        new TunnelAnswer.TunnelAnswer(answer.status, answer.reason, answer.rawHeaders),
        given.asked.facts
      )
    ),
  "Rules.asks": (given) => ofHop(given, Rules.asks),
  "Rules.goesOn": (given) => ofHop(given, Rules.goesOn),
  "Rules.redirect": (given) => ofHop(given, Rules.redirect),
  "Rules.followUp": (given) => ofHop(given, (hop) => chain(hop, given, 3)),
  "Rules.carry": (given) =>
    ofHop(given, (hop) => [Rules.carry(hop.call, here, true), Rules.carry(hop.call, hop.call.request.target, false)]),
  "Rules.retry": (given) =>
    ofHop(given, ({ call, response }) =>
      Rules.retry(Retry.standard, call.request, response.answer, given.attempt, given.asked.facts.now, given.jitter)
    )
})

interface Given {
  readonly asked: Asked
  readonly reply: { readonly status: number; readonly rawHeaders: Headers.Headers }
}

const answered = (call: Request.Call, { reply }: Given, history: ReadonlyArray<Response.Response>): Request.Hop => ({
  call,
  response: new Response.Response(call, { ...reply, reason: "", content: Answer.whole(new Uint8Array()) }, history, 0n)
})

const ofHop = <A>(given: Given, rule: (hop: Request.Hop) => A) =>
  Either.map(prepared(given.asked), (call) => rule(answered(call, given, [])))

/** The same answer again and again, as long as the rule goes on; the last call, or the refusal. */
const chain = (hop: Request.Hop, given: Given, left: number): unknown => {
  const next = Rules.followUp(hop, given.asked.facts)
  if (left === 0 || Option.isNone(next) || Either.isLeft(next.value)) return next
  return chain(answered(next.value.right, given, [...hop.response.history, hop.response]), given, left - 1)
}

export const callFeeds: ReadonlyArray<Feed> = [requests, explanations, states, layers, credentials, forms, hops]
