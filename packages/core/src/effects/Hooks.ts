/**
 * Runs response hooks in order. Plain functions run at once; the first Effect makes it an Effect.
 *
 * @module
 */
import { Effect } from "effect"
import { HookError } from "../data/Refused.js"
import { Response } from "../data/Response.js"
import type { ResponseHook } from "../data/Settings.js"

/**
 * The response after all hooks, or a `HookError` for the one that failed or threw (requests' `dispatch_hook`).
 *
 * @example
 * import { Hooks } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * const { response } = Hops.answered(Hops.call("GET", "https://a.example.test/"), { status: 200 })
 * const seen: Array<number> = []
 * Effect.runSync(Hooks.run([({ status }) => void seen.push(status)], response))
 * console.assert(seen.join() === "200")
 */
export const run = (hooks: ReadonlyArray<ResponseHook>, first: Response): Effect.Effect<Response, HookError> => {
  const done = begin(hooks, first)
  return done instanceof Response ? Effect.succeed(done) : done
}

/**
 * The same, and no Effect at all where every hook is a plain function and none fails: it is done when it was called.
 *
 * @example
 * import { Hooks } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const { response } = Hops.answered(Hops.call("GET", "https://a.example.test/"), { status: 200 })
 * console.assert(Hooks.begin([() => undefined], response) === response)
 */
export const begin = (
  hooks: ReadonlyArray<ResponseHook>,
  first: Response
): Response | Effect.Effect<Response, HookError> => {
  let current = first
  for (let i = 0; i < hooks.length; i++) {
    const result = call(hooks[i], current)
    if (result instanceof HookError) return Effect.fail(result)
    if (Effect.isEffect(result)) {
      const given = current
      return Effect.flatMap(settled(result, given), (response) => run(hooks.slice(i + 1), response))
    }
    if (result instanceof Response) current = result
  }
  return current
}

const call = (hook: ResponseHook | undefined, response: Response): ReturnType<ResponseHook> | HookError => {
  try {
    return hook?.(response)
  } catch (cause) {
    return new HookError({ response, cause })
  }
}

const settled = (
  result: Effect.Effect<Response | void, unknown>,
  given: Response
): Effect.Effect<Response, HookError> =>
  result.pipe(
    Effect.map((response) => (response instanceof Response ? response : given)),
    Effect.mapError((cause) => new HookError({ response: given, cause }))
  )
