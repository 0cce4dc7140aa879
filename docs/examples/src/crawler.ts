/**
 * `pnpm example crawler`: every page of a site, four at a time, logged in once: all of them share the session's cookies.
 */
import { type Response, Session } from "@effect-requests/core"
import { NodeSession } from "@effect-requests/node"
import { Array, Chunk, Console, Effect, HashSet, Option, Stream } from "effect"
import { served } from "./served.js"
import { site } from "./site.js"

/** A page, and where it leads to. */
interface Page {
  readonly url: string
  readonly status: number
  readonly links: ReadonlyArray<string>
}

/** The links of a page that stay on its site, in their absolute form. */
const linksOf = (url: string, html: string): ReadonlyArray<string> =>
  Array.fromIterable(html.matchAll(/<a href="([^"]*)"/g)).flatMap(([, href]) => {
    const link = new URL(href ?? "", url)
    return link.origin === new URL(url).origin ? [link.href] : []
  })

const read = (response: Response.Response) =>
  Effect.map(response.text, (html): Page => {
    const { ok, status, url } = response
    return { url, status, links: ok ? linksOf(url, html) : [] }
  })

/** How far a crawl has come: what it has heard of, and what of that it has not asked for. */
interface Front {
  readonly known: HashSet.HashSet<string>
  readonly ahead: ReadonlyArray<string>
}

/** The front after these pages. Pure. */
const onward = ({ known }: Front, pages: ReadonlyArray<Page>): Front => {
  const linked = HashSet.fromIterable(pages.flatMap(({ links }) => links))
  return {
    known: HashSet.union(known, linked),
    ahead: Array.fromIterable(HashSet.difference(linked, known)).sort()
  }
}

/** Every page that can be reached from here, each once, the near ones first; as many requests at once as it is told. */
export const crawl = (start: string, atOnce: number) => {
  const begin: Front = { known: HashSet.make(start), ahead: [start] }
  return Stream.paginateChunkEffect(begin, (front) =>
    Effect.map(Effect.forEach(front.ahead, visit, { concurrency: atOnce }), (pages) => {
      const next = onward(front, pages)
      return [Chunk.fromIterable(pages), next.ahead.length === 0 ? Option.none() : Option.some(next)]
    })
  )
}

const visit = (url: string) => Effect.flatMap(Session.Session, (session) => Effect.flatMap(session.get(url), read))

const atOnce = 4

/** Logs in, and goes through the site. */
const walk = (url: string) =>
  Effect.gen(function* () {
    const session = yield* Session.Session
    yield* session.post("/login", { form: { user: "ada", password: "…" } })
    yield* Stream.runForEach(crawl(`${url}/`, atOnce), ({ links, status, url }) => {
      const { pathname, search } = new URL(url)
      return Console.log(`${status} ${(pathname + search).padEnd(16)} ${links.length} links`)
    })
    return (yield* session.cookies.all()).length
  })

export const crawler = Effect.gen(function* () {
  const { most, table } = yield* site
  const { url } = yield* served(table)
  const cookies = yield* Effect.provide(walk(url), NodeSession.layer({ baseUrl: url, trustEnv: false }))
  yield* Console.log(`${cookies} cookies in the jar: one of the login, one of each page that there is`)
  yield* Console.log(
    `the site was ${(yield* most) > atOnce ? "" : "never "}asked for more than ${atOnce} pages at once`
  )
}).pipe(Effect.scoped)
