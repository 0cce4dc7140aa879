/** What the tests of rules start from. */
import { type Headers, Request, Rules, SessionState, type Settings } from "@effect-requests/core"
import { Hops } from "@effect-requests/testing"
import { Either } from "effect"

export const facts = (settings: Settings.Settings = {}, cookies = SessionState.empty.cookies, now = 0) => ({
  ...Hops.facts({ settings, now }),
  state: SessionState.make({ settings, cookies })
})

export const prepared = (
  method: string,
  url: string,
  options: Request.Options = {},
  settings: Settings.Settings = {}
) => Rules.prepare(Request.make(method, url, options), facts(settings))

export const call = (method: string, url: string, options: Request.Options = {}, settings: Settings.Settings = {}) =>
  Hops.call(method, url, options, { settings })

/** The reason and the place of a refusal, or what came through. */
export const refusal = <A>(result: Either.Either<A, { readonly reason: string; readonly where?: string }>): string =>
  Either.match(result, {
    onLeft: ({ reason, where }) => (where === undefined ? reason : `${reason} at ${where}`),
    onRight: () => "accepted"
  })

export const answered = (
  asked: Request.Call,
  status: number,
  rawHeaders: Headers.Headers = [],
  history: Parameters<typeof Hops.answered>[2] = []
): Request.Hop =>
  Hops.answered(
    asked,
    { status, headers: rawHeaders.flatMap((one, i) => (i % 2 === 0 ? [[one, rawHeaders[i + 1] ?? ""] as const] : [])) },
    history
  )

/** The header of a message without what every message says. */
export const own = (headers: Headers.Headers): Readonly<Record<string, string>> => {
  const out: Record<string, string> = {}
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ""
    if (name !== "User-Agent" && name !== "Accept") out[name] = headers[i + 1] ?? ""
  }
  return out
}
