/**
 * What the process says to every session: variables and a .netrc. A rule gets it as a value and reads nothing itself.
 *
 * @module
 */
import { Inspectable, Redacted } from "effect"

/** Variables by name, as `process.env` has them. */
export type Variables = { readonly [name: string]: string | undefined }

/** Variables hold secrets as a rule (proxy passwords, tokens): it shows their names only. */
export class Environment extends Inspectable.Class {
  readonly variables: Variables
  /** The text of the .netrc file; `undefined` for no file. */
  readonly netrc: Redacted.Redacted<string> | undefined

  constructor(parts: { readonly variables: Variables; readonly netrc: Redacted.Redacted<string> | undefined }) {
    super()
    this.variables = parts.variables
    this.netrc = parts.netrc
  }

  toJSON(): unknown {
    return {
      _id: "@effect-requests/core/Environment",
      variables: Object.keys(this.variables),
      netrc: this.netrc !== undefined
    }
  }
}

/**
 * An environment of these variables and, where there is one, this .netrc text.
 *
 * @example
 * import { Environment } from "@effect-requests/core"
 *
 * const environment = Environment.make({ https_proxy: "http://ada:pw@p.test" }, "machine h.test password pw")
 * console.assert(!JSON.stringify(environment).includes("pw"))
 */
export const make = (variables: Variables, netrc?: string | Redacted.Redacted<string>): Environment =>
  new Environment({ variables, netrc: typeof netrc === "string" ? Redacted.make(netrc) : netrc })

/**
 * An environment that says nothing: what a session has where nobody reads the real one.
 *
 * @example
 * import { Environment } from "@effect-requests/core"
 *
 * console.assert(Object.keys(Environment.empty.variables).length === 0 && Environment.empty.netrc === undefined)
 */
export const empty: Environment = make({})
