/**
 * What a proxy said to CONNECT in place of a tunnel.
 *
 * @module
 */
import { Inspectable } from "effect"
import * as Disclosure from "./Disclosure.js"
import type { Headers } from "./Headers.js"

/** Status line and fields of the proxy. It is no response: nobody's cookies, nobody's redirect. It shows no secrets. */
export class TunnelAnswer extends Inspectable.Class {
  constructor(
    readonly status: number,
    /** The reason phrase, `""` when there is none. */
    readonly reason: string,
    readonly rawHeaders: Headers
  ) {
    super()
  }

  toJSON(): unknown {
    return {
      _id: "@effect-requests/core/TunnelAnswer",
      status: this.status,
      reason: this.reason,
      headers: Disclosure.headers(this.rawHeaders)
    }
  }
}
