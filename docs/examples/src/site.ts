/**
 * A small site to crawl: its pages link to each other in circles, one link leads nowhere, one leaves the site, and nobody
 * reads it without having logged in. It tells how many of its pages were asked for at once.
 */
import { type Reply, Route, Routes } from "@effect-requests/testing"
import { Effect, Option, Record, Ref } from "effect"

/** What links to what. */
const pages: Readonly<Record<string, ReadonlyArray<string>>> = {
  "/": ["/about", "/blog", "https://elsewhere.test/"],
  "/about": ["/", "/people"],
  "/people": ["/people/ada", "/people/grace", "/people/edsger", "/people/barbara", "/people/alan"],
  "/people/ada": ["/people", "/blog"],
  "/people/grace": ["/people", "/blog"],
  "/people/edsger": ["/people"],
  "/people/barbara": ["/people"],
  "/people/alan": ["/people", "/lost"],
  "/blog": ["/", "/blog?page=2"],
  "/blog?page=2": ["/blog", "/people/ada"]
}

const html = (links: ReadonlyArray<string>): string => links.map((link) => `<a href="${link}">${link}</a>`).join("\n")

const pageAt = (path: string): Reply.Reply =>
  Option.match(Record.get(pages, path), {
    onNone: () => ({ status: 404, text: "lost" }),
    onSome: (links) => ({
      text: html(links),
      headers: { "Content-Type": "text/html", "Set-Cookie": `seen-${encodeURIComponent(path)}=1; Path=/` }
    })
  })

/** The site as a table of routes, and the most that it has had to do at once. */
export const site = Effect.gen(function* () {
  const now = yield* Ref.make(0)
  const most = yield* Ref.make(0)
  const begun = Effect.flatMap(
    Ref.updateAndGet(now, (n) => n + 1),
    (n) => Ref.update(most, (max) => Math.max(max, n))
  )
  const ended = Ref.update(now, (n) => n - 1)

  /** A page takes its time, and is counted meanwhile. */
  const shown = (path: string) =>
    Effect.acquireUseRelease(
      begun,
      () => Effect.delay(Effect.succeed(pageAt(path)), "20 millis"),
      () => ended
    )

  const table = Routes.make(
    Route.post("/login").reply({ status: 303, headers: { Location: "/", "Set-Cookie": "sid=1; Path=/; HttpOnly" } }),
    Route.get("*")
      .headers({ Cookie: /\bsid=1\b/ })
      .reply(({ request }) => shown(request.target.path)),
    Route.get("*").reply({ status: 401, text: "log in first" })
  )
  return { table, most: Ref.get(most) }
})
