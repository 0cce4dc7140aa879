/**
 * Decisions without a network: the jar, `prepare`, `followUp`, `fork`.
 *
 * @module
 */
import { Adapter, Answer, Cookies, Environment, Request, Rules, Session, SessionState } from "@effect-requests/core"
import { Hops } from "@effect-requests/testing"
import { Effect, Either, Option } from "effect"
import { CookieJar } from "tough-cookie"
import type { Comparison, Entrant, Scale } from "../case.js"
import { type Contender, plain } from "../contender.js"
import { asked, jarOf } from "../jars.js"
import type { Load } from "../rounds.js"

const load = (scale: Scale): Load =>
  scale === "quick"
    ? { warmUp: 40_000, rounds: 9, perRound: 10_000, concurrency: 1 }
    : { warmUp: 100_000, rounds: 25, perRound: 50_000, concurrency: 1 }

const row = (
  name: string,
  about: string,
  base: string,
  entrants: Readonly<Record<string, () => Contender["run"] | Promise<Contender["run"]>>>
): Comparison => ({
  name,
  about,
  base,
  wire: false,
  load,
  entrants: Object.entries(entrants).map(
    ([name, make]): Entrant => ({ name, make: async () => ({ name, run: await make() }) })
  )
})

const header = (size: number) => (): Contender["run"] => {
  const jar = jarOf(size)
  return plain(() => Cookies.header(jar, asked, 0))
}

/** The same five cookies in tough-cookie's own jar. */
const toughJar = (): CookieJar => {
  const jar = new CookieJar()
  for (let i = 0; i < 5; i++) jar.setCookieSync(`c${i}=value-c${i}; Path=/`, asked.href)
  return jar
}

const line = "c1=another; Path=/; Secure; HttpOnly; SameSite=Lax"

const facts = {
  state: SessionState.make({
    settings: {
      baseUrl: "https://app.example.com/",
      headers: {
        "User-Agent": "bench/1",
        Accept: "application/json",
        "Accept-Language": "en",
        "X-Api-Key": "k",
        "X-Client": "b"
      }
    },
    cookies: jarOf(10)
  }),
  environment: Environment.empty,
  now: 0,
  nonce: ""
}
const call = Either.getOrThrow(Rules.prepare(Request.get("/users?page=2"), facts))
const hop = Hops.answered(call, { status: 302, headers: { Location: "/users?page=3" } })

const silent = Adapter.fromWhole(() =>
  Effect.succeed({ status: 200, reason: "", rawHeaders: [], content: Answer.whole(new Uint8Array()) })
)

const forking = (size: number) => async (): Promise<Contender["run"]> => {
  const session = await Effect.runPromise(Effect.provideService(Session.make(), Adapter.Adapter, silent))
  await Effect.runPromise(session.update(SessionState.mapCookies(() => jarOf(size))))
  const fork = session.fork()
  return plain(() => Effect.runSync(fork))
}

/** The rows that need no server. */
export const pure: ReadonlyArray<Comparison> = [
  row("jar-10", "Cookie field for one URL from a jar of 10", "10 cookies", {
    "10 cookies": header(10),
    "tough-cookie": () => {
      const tough = toughJar()
      return plain(() => tough.getCookieStringSync(asked.href))
    }
  }),
  row("jar-100000", "the same from a jar of 100,000", "10 cookies", {
    "100,000 cookies": header(100_000),
    "10 cookies": header(10)
  }),
  row("jar-store", "one Set-Cookie into a jar of 100,000", "tough-cookie", {
    "100,000 cookies": () => {
      const jar = jarOf(100_000)
      return plain(() => Cookies.store(jar, asked, [line], 0))
    },
    "tough-cookie": () => {
      const tough = toughJar()
      return plain(() => tough.setCookieSync(line, asked.href))
    }
  }),
  row("prepare", "Request to Call, another URL each time: five fields, five cookies", "new URL", {
    prepare: () => plain((index) => Rules.prepare(Request.get(`/users?page=${index}`), facts)),
    "new URL": () => plain(() => new URL("/users?page=2", "https://app.example.com/"))
  }),
  row("follow-up", "the call that a redirect asks for", "new URL", {
    "follow-up": () => plain(() => Option.isSome(Rules.followUp(hop, facts))),
    "new URL": () => plain(() => new URL("/users?page=2", "https://app.example.com/"))
  }),
  row("fork", "fork of a session with 100,000 cookies", "10 cookies", {
    "100,000 cookies": forking(100_000),
    "10 cookies": forking(10)
  })
]
