/**
 * Requests over loopback: a session with its cookies, fields, hook, deadline and redirect check, beside bare clients.
 *
 * @module
 */
import { type Comparison, type Entrant, requestLoad } from "../case.js"
import { message } from "../message.js"
import { baseName, followers, platforms, undiciRequest } from "../peers.js"
import type { Use } from "../sessions.js"

const body = { name: "ada", tags: ["a", "b"], note: "a short text, as forms have it" }

/** The session is imported where it runs: the others do without. */
const ours = (use: (modules: typeof import("../sessions.js")) => Use, traced = false): Entrant => ({
  name: "session",
  make: async (origin) => {
    const sessions = await import("../sessions.js")
    return sessions.session("session", origin, use(sessions), traced)
  }
})

const json = () => "/json"
const hops = () => "/hop/5"

/** Beside whom it is shown, whatever the budget says. */
const spectators = (entrants: ReadonlyArray<Entrant>): ReadonlyArray<Entrant> =>
  entrants.map((entrant) => ({ ...entrant, spectator: true }))

/** The rows that cost one request, or six. */
export const requests: ReadonlyArray<Comparison> = [
  {
    name: "get-json",
    about: "GET and JSON, one URL, tracing off",
    base: baseName,
    wire: true,
    load: requestLoad(),
    entrants: [
      ours(({ getJson }) => getJson("/checked")),
      undiciRequest(json),
      {
        ...undiciRequest(() => "/checked", { method: "GET", headers: message }),
        name: "undici.request, same message",
        spectator: true
      },
      ...spectators([...platforms(json), ...followers(json)])
    ]
  },
  {
    name: "get-json-new-url",
    about: "the same, another URL each time",
    base: baseName,
    wire: true,
    load: requestLoad(),
    entrants: [
      ours(
        ({ getJson }) =>
          (session, index) =>
            getJson(`/checked?page=${index}`)(session, index)
      ),
      undiciRequest((index) => `/json?page=${index}`)
    ]
  },
  {
    name: "get-json-traced",
    about: "the same URL, with a span for each hop",
    base: baseName,
    wire: true,
    load: requestLoad(),
    entrants: [ours(({ getJson }) => getJson("/checked"), true), undiciRequest(json)]
  },
  {
    name: "get-json-run",
    about: "one runPromise for each request",
    base: baseName,
    wire: true,
    load: requestLoad(),
    entrants: [
      {
        name: "session",
        make: async (origin) => {
          const { getJson, sessionByPromises } = await import("../sessions.js")
          return sessionByPromises("session", origin, getJson("/checked"))
        }
      },
      undiciRequest(json)
    ]
  },
  {
    name: "post-json",
    about: "POST of a JSON body, and JSON back",
    base: baseName,
    wire: true,
    load: requestLoad(),
    entrants: [
      ours(({ postJson }) => postJson("/checked", body)),
      undiciRequest(json, { method: "POST", body: JSON.stringify(body) })
    ]
  },
  {
    name: "chain-5",
    about: "5 redirects, each with a cookie: six exchanges",
    base: baseName,
    wire: true,
    load: requestLoad(6),
    entrants: [
      ours(({ getJson }) => getJson("/checked-hop/5")),
      undiciRequest(json),
      // The budget names fetch.
      ...followers(hops).map((entrant) => ({ ...entrant, spectator: entrant.name !== "fetch" }))
    ]
  }
]
