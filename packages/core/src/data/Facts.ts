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
}

/** What may be known when a hop is absorbed. */
export interface Moment {
  readonly now: number
  /** A random text that nobody can guess: a client nonce for Digest. */
  readonly nonce: string
}
