import { inspect } from "node:util"
import { Answer, Auth, Errors, PlatformError, Response, TunnelAnswer } from "@effect-requests/core"
import { Hops } from "@effect-requests/testing"
import { Cause, Effect, Exit, Runtime } from "effect"
import { describe, expect, it } from "vitest"

const secrets = ["key-of-ada", "pw-of-ada", "token-of-ada", "query-of-ada", "cookie-of-ada", "body-of-ada"]

const call = Hops.call("POST", "https://api.example.test/x?token=query-of-ada", {
  headers: { "X-Api-Key": "key-of-ada" },
  cookies: { sid: "cookie-of-ada" },
  auth: Auth.bearer("token-of-ada"),
  proxies: { all: "http://ada:pw-of-ada@proxy.test:3128" },
  body: "body-of-ada"
})
const { request } = call
const { response } = Hops.answered(call, {
  status: 500,
  headers: { "Set-Cookie": "sid=cookie-of-ada", Location: "/?token=query-of-ada" }
})
const tunnel = new TunnelAnswer.TunnelAnswer(403, "", ["Set-Cookie", "sid=cookie-of-ada"])
const broken = new Response.Response(
  call,
  { ...response.answer, content: Answer.whole(new TextEncoder().encode("{body-of-ada")) },
  [],
  0n
)

/** What Node prints when an error ends a program: all fields, six levels down, whatever they say of themselves. */
const printed = (error: unknown): string => inspect(error, { customInspect: false, depth: 6, showHidden: false })

const errors: ReadonlyArray<readonly [name: string, error: Error]> = [
  ["TransportError", new Errors.TransportError({ reason: "Proxy", sent: "no", request, detail: "", tunnel })],
  ["StatusError", new Response.StatusError({ response })],
  ["RedirectRefused", new Errors.RedirectRefused({ reason: "Downgrade", response, detail: "" })],
  ["AuthRefused", new Errors.AuthRefused({ reason: "BodyNotInMemory", response, detail: "" })],
  ["HookError", new Errors.HookError({ response, cause: new Error("no") })],
  [
    "platform's RequestError",
    PlatformError.toPlatformError(
      response.request,
      new Errors.TransportError({ reason: "Reset", sent: "no", request, detail: "" })
    )
  ],
  ["platform's ResponseError", Effect.runSync(Effect.flip(broken.json))]
]

describe("an error that ends a program shows no secret, though Node asks no toJSON", () => {
  it.each(errors)("%s", (_name, error) => {
    for (const text of [
      printed(error),
      printed(Runtime.makeFiberFailure(Cause.fail(error))),
      printed(Exit.fail(error))
    ]) {
      expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
    }
  })

  it("what it was about is still at hand", () => {
    for (const [, error] of errors) expect("request" in error || "response" in error).toBe(true)
  })

  it("and the secrets were there to be shown", () => {
    const all = inspect([request, response], { customInspect: false, depth: 12 })
    expect(secrets.slice(0, 5).filter((secret) => !all.includes(secret))).toEqual([])
  })
})
