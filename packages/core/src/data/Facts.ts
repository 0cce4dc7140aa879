/**
 * All that a rule may know besides its arguments. Whoever calls a rule brings them: no rule looks around.
 *
 * @module
 */
import type { Environment } from "./Environment.js"
import type { SessionState } from "./SessionState.js"

/** The facts of one moment. */
export interface Facts {
  readonly state: SessionState
  readonly environment: Environment
  /** Milliseconds since 1970, by the Clock. */
  readonly now: number
  /** A random text that nobody can guess: a multipart boundary. `""` where the request needs none. */
  readonly nonce: string
  /** The content codings that can be undone here, the best first; none where it is absent. */
  readonly codings?: ReadonlyArray<string>
}

/** What may be known when a hop is absorbed; the nonce is a client nonce for Digest. */
export type Moment = Pick<Facts, "now" | "nonce">
