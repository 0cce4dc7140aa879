/**
 * Requests over loopback: a session with its cookies, fields, hook, deadline and redirect check, beside bare clients.
 *
 * @module
 */
import { Effect } from "effect"
import { type Case, compare, load, type Result, type Scale } from "../case.js"
import type { Contender } from "../contender.js"
import { baseName, followers, platforms, undiciRequest } from "../peers.js"
import { start } from "../server.js"
import { getJson, message, session, sessionByPromises } from "../sessions.js"

/** A responder for the case; what came without its cookies or fields fails it. */
const against =
  (contenders: (origin: string, scale: Scale) => Promise<ReadonlyArray<Contender>>, weight = 1) =>
  async (scale: Scale): Promise<Result> => {
    const server = await start()
    try {
      const result = await compare(await contenders(server.origin, scale), baseName, load(scale, weight))
      await server.checked()
      return result
    } finally {
      server.close()
    }
  }

const body = { name: "ada", tags: ["a", "b"], note: "a short text, as forms have it" }

/** The rows that cost one request, or six. */
export const requests: ReadonlyArray<Case> = [
  {
    name: "get-json",
    about: "GET and JSON, one URL, tracing off",
    run: against(async (origin, scale) => {
      const url = () => `${origin}/json`
      return [
        await session("session", origin, getJson("/checked")),
        undiciRequest(url),
        undiciRequest(() => `${origin}/checked`, { method: "GET", headers: message }, `${baseName}, same message`),
        ...(scale === "full" ? [...(await platforms(url)), ...followers(url)] : [])
      ]
    })
  },
  {
    name: "get-json-new-url",
    about: "the same, another URL each time",
    run: against(async (origin) => [
      await session("session", origin, (session, index) => getJson(`/checked?page=${index}`)(session, index)),
      undiciRequest((index) => `${origin}/json?page=${index}`)
    ])
  },
  {
    name: "get-json-traced",
    about: "the same URL, with a span for each hop",
    run: against(async (origin) => [
      await session("session", origin, getJson("/checked"), true),
      undiciRequest(() => `${origin}/json`)
    ])
  },
  {
    name: "get-json-run",
    about: "one runPromise for each request",
    run: against(async (origin) => [
      await sessionByPromises("session", origin, getJson("/checked")),
      undiciRequest(() => `${origin}/json`)
    ])
  },
  {
    name: "post-json",
    about: "POST of a JSON body, and JSON back",
    run: against(async (origin) => [
      await session("session", origin, (session) =>
        Effect.flatMap(session.post("/checked", { json: body }), (response) => response.json)
      ),
      undiciRequest(() => `${origin}/json`, { method: "POST", body: JSON.stringify(body) })
    ])
  },
  {
    name: "chain-5",
    about: "5 redirects, each with a cookie: six exchanges",
    run: against(async (origin, scale) => {
      const url = () => `${origin}/hop/5`
      return [
        await session("session", origin, getJson("/checked-hop/5")),
        undiciRequest(() => `${origin}/json`),
        // Whom the budget names, and in a full run everybody.
        ...followers(url).filter(({ name }) => scale === "full" || name === "fetch")
      ]
    }, 6)
  }
]
