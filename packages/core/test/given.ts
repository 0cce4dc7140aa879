/** What the tests of rules start from. */
import { Answer, Environment, type Headers, Request, Response, Rules, SessionState, type Settings } from "@effect-requests/core"
import { Either } from "effect"

type Call = Request.Call
type Options = Request.Options

export const facts = (settings: Settings.Settings = {}, cookies: SessionState.SessionState["cookies"] = SessionState.empty.cookies, now = 0) => ({
  state: SessionState.make({ settings, cookies }),
  environment: Environment.empty,
  now
})

export const prepared = (method: string, url: string, options: Options = {}, settings: Settings.Settings = {}) =>
  Rules.prepare(Request.make(method, url, options), facts(settings))

export const call = (method: string, url: string, options: Options = {}, settings: Settings.Settings = {}): Call =>
  Either.getOrThrowWith(prepared(method, url, options, settings), (refused) => refused)

/** The reason and the place of a refusal, or what came through. */
export const refusal = <A>(result: Either.Either<A, { readonly reason: string; readonly where?: string }>): string =>
  Either.match(result, { onLeft: ({ reason, where }) => (where === undefined ? reason : `${reason} at ${where}`), onRight: () => "accepted" })

export const answered = (asked: Call, status: number, rawHeaders: Headers.Headers = [], history: ReadonlyArray<Response.Response> = []): Request.Hop => ({
  call: asked,
  response: new Response.Response(asked, { status, reason: "", rawHeaders, content: Answer.whole(new Uint8Array()) }, history, 0n)
})

/** The header of a message without what every message says. */
export const own = (headers: Headers.Headers): Readonly<Record<string, string>> => {
  const out: Record<string, string> = {}
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ""
    if (name !== "User-Agent" && name !== "Accept") out[name] = headers[i + 1] ?? ""
  }
  return out
}
