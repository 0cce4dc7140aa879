import { describe, expect, it } from "@effect/vitest"
import { type Response, Rules, Settings } from "@effect-requests/core"
import { Effect, Either } from "effect"
import { opened, redirecting } from "./stub.js"

const ok = () => ({ text: "" })

describe("hooks", () => {
  it("[HOK-01] have one event, by its name; another one does not compile", () => {
    // @ts-expect-error there is no such event
    const other: Settings.Hooks = { request: () => undefined }
    expect(Rules.hooksOf(other)).toEqual([])
    expect(Rules.hooksOf({ response: () => undefined })).toHaveLength(1)
  })
  it.effect("[HOK-02] are one function or several; what is none is a typed error, not dropped", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(ok)
      const hooks: Settings.Hooks = Object.fromEntries([["response", ["no function"]]])
      expect(yield* Effect.flip(session.get("https://h.test/", { hooks }))).toMatchObject({ _tag: "HookError" })
    })
  )
  it.effect("[HOK-03] are data: taken away by null, replaced, or appended to", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const says = (text: string) => () => void seen.push(text)
      const { session } = yield* opened(ok, { hooks: { response: says("session") } })
      const asked = (hooks: Settings.Settings["hooks"]) =>
        Effect.map(session.get("https://h.test/", { hooks }), () => seen.splice(0))
      expect(yield* asked(null)).toEqual([])
      expect(yield* asked({ response: says("mine") })).toEqual(["mine"])
      expect(yield* asked({ append: says("mine") })).toEqual(["session", "mine"])
      expect(yield* asked(undefined)).toEqual(["session"])
    })
  )
  it.effect("[HOK-04] see how their response was asked for, in the response itself", () =>
    Effect.gen(function* () {
      const seen: Array<unknown> = []
      const { session } = yield* opened(ok)
      yield* session.get("https://h.test/", {
        timeout: { total: "9 seconds" },
        hooks: {
          response: ({ prepared }) =>
            void seen.push(prepared.method, prepared.deadline, prepared.transport.verify, prepared.transport.proxy)
        }
      })
      expect(seen).toEqual(["GET", 9000, true, undefined])
    })
  )
  it.effect("may say nothing, by any way of saying nothing", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(() => ({ status: 418 }))
      const hooks: ReadonlyArray<Settings.ResponseHook> = [
        () => undefined,
        () => {},
        () => Effect.void,
        () => Effect.succeed(undefined)
      ]
      expect((yield* session.get("https://h.test/", { hooks: { response: hooks } })).status).toBe(418)
    })
  )
  it.effect("[HOK-09] run for a hop on another host too", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const { session } = yield* opened(redirecting({ "/a": "https://other.test/" }))
      yield* session.get("https://h.test/a", {
        hooks: { response: ({ url }: Response.Response) => void seen.push(url) }
      })
      expect(seen).toEqual(["https://h.test/a", "https://other.test/"])
    })
  )
  it("[HOK-12] are none by default", () => {
    expect(Either.getOrThrow(Rules.settle(Settings.defaults, "GET")).hooks).toEqual([])
  })
})
