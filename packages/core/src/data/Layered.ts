/**
 * A setting that is made of parts: how a layer says its parts, that these are all, or that there are none.
 *
 * @module
 */

/**
 * Exactly this, and nothing of the layers below: `headers: Settings.only({ Accept: "text/html" })`.
 */
export class Only<out A> {
  readonly _tag = "Only"
  constructor(readonly value: A) {}
}

/**
 * Marks a record as the whole truth: what the layers below say of it is taken away. `null` is `only` of nothing.
 *
 * @example
 * import { Rules, Settings } from "@effect-requests/core"
 *
 * const merged = Rules.merge({ headers: { "X-A": "1" } }, { headers: Settings.only({ "X-B": "2" }) })
 * console.assert(JSON.stringify(merged.headers) === JSON.stringify(Settings.only({ "X-B": "2" })))
 */
export const only = <A extends object>(value: A): Only<A> => new Only(value)

/** A setting made of parts: its parts, exactly these, or none. */
export type Layered<A> = A | Only<A> | null

/**
 * What a setting made of parts holds, whether exactly that or not; `undefined` for none.
 *
 * @example
 * import { Settings } from "@effect-requests/core"
 *
 * console.assert(Settings.partsOf(Settings.only({ Accept: "text/html" }))?.Accept === "text/html")
 */
export const partsOf = <A extends object | string | number | bigint>(setting: Layered<A> | undefined): A | undefined =>
  setting instanceof Only ? setting.value : (setting ?? undefined)
