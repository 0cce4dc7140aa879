/**
 * The other clients, each at its defaults plus keep-alive: GET a URL and read its JSON, redirects by their own rules. Each is
 * imported where it runs.
 *
 * @module
 */
import { Agent } from "node:http"
import type { Entrant } from "./case.js"
import { promised } from "./contender.js"

/** A path for each request; most cases have one for all. */
export type Paths = (index: number) => string

/** What everything is compared with. */
export const baseName = "undici.request"

/** undici's bare client and its `body.json()`. */
export const undiciRequest = (
  path: Paths,
  options: {
    readonly method: string
    readonly body?: string
    readonly headers?: Readonly<Record<string, string>>
  } = { method: "GET" }
): Entrant => ({
  name: baseName,
  make: async (origin) => {
    const undici = await import("undici")
    const dispatcher = new undici.Agent()
    return {
      name: baseName,
      run: promised(async (index) =>
        (await undici.request(origin + path(index), { ...options, dispatcher })).body.json()
      )
    }
  }
})

const agent = new Agent({ keepAlive: true })

type Ask = (url: string) => Promise<unknown>

const client = (name: string, load: () => Ask | Promise<Ask>, path: Paths): Entrant => ({
  name,
  make: async (origin) => {
    const ask = await load()
    return { name, run: promised((index) => ask(origin + path(index))) }
  }
})

/** Everybody who follows redirects by himself. */
export const followers = (path: Paths): ReadonlyArray<Entrant> => [
  client("fetch", () => async (url) => (await fetch(url)).json(), path),
  client(
    "undici.fetch",
    async () => {
      const undici = await import("undici")
      return async (url) => (await undici.fetch(url)).json()
    },
    path
  ),
  client(
    "node-fetch",
    async () => {
      const { default: nodeFetch } = await import("node-fetch")
      return async (url) => (await nodeFetch(url, { agent })).json()
    },
    path
  ),
  client(
    "ky",
    async () => {
      const { default: ky } = await import("ky")
      return (url) => ky.get(url).json()
    },
    path
  ),
  client(
    "axios",
    async () => {
      const { default: axios } = await import("axios")
      return async (url) => (await axios.get(url, { httpAgent: agent })).data
    },
    path
  ),
  client(
    "got",
    async () => {
      const { default: got } = await import("got")
      return (url) => got(url, { agent: { http: agent } }).json()
    },
    path
  )
]

const platform = (kind: "undici" | "node", path: Paths, traced: boolean): Entrant => {
  const name = `platform ${kind}${traced ? ", traced" : ""}`
  return {
    name,
    make: async (origin) => {
      const { run } = await import("./platform.js")
      return { name, run: await run(kind, (index) => origin + path(index), traced) }
    }
  }
}

/** `@effect/platform-node`'s two clients, with and without its spans. */
export const platforms = (path: Paths): ReadonlyArray<Entrant> => [
  platform("undici", path, false),
  platform("undici", path, true),
  platform("node", path, false),
  platform("node", path, true)
]
