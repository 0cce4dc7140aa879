/**
 * The three stages: a `Request` is asked, a `Call` is ready, a `Hop` is answered.
 *
 * @module
 */
import { Inspectable } from "effect"
import type { Body } from "./Body.js"
import type { Call } from "./Call.js"
import * as Disclosure from "./Disclosure.js"
import type * as Multipart from "./Multipart.js"
import type * as Params from "./Params.js"
import type { Response } from "./Response.js"
import type { Settings } from "./Settings.js"

export * from "./Call.js"

/** What one request may say: all of `Settings`, and one body. */
export interface Options extends Settings {
  /** Sent as JSON with `application/json`; what is no JSON (NaN, cycles, BigInt) is refused. `null` is sent as `null`. */
  readonly json?: unknown
  /** Sent as `application/x-www-form-urlencoded`. */
  readonly form?: Params.Input | undefined
  /** Sent as `multipart/form-data`, behind the fields of `form` if there are any (requests' `files`). */
  readonly files?: Multipart.Files | undefined
  /** Sent as `multipart/form-data`: parts in their order, or fields and files. */
  readonly multipart?: Multipart.Input | undefined
  /** Sent as it is, without a Content-Type; a text as UTF-8. */
  readonly body?: string | Uint8Array | Body | undefined
}

/** What was asked, word for word: nothing is resolved, nothing judged. */
export class Request extends Inspectable.Class {
  constructor(
    readonly method: string,
    readonly url: string,
    readonly options: Options
  ) {
    super()
  }

  toJSON(): unknown {
    return {
      _id: "@effect-requests/core/Request",
      method: this.method,
      url: Disclosure.url(this.url),
      options: Object.keys(this.options)
    }
  }
}

const noOptions: Options = {}

/**
 * A request as a value. It is prepared and sent by a session.
 *
 * @example
 * import { Request } from "@effect-requests/core"
 *
 * console.assert(Request.make("PROPFIND", "/dav", { headers: { Depth: "1" } }).method === "PROPFIND")
 */
export const make = (method: string, url: string | URL, options: Options = noOptions): Request =>
  new Request(method, typeof url === "string" ? url : url.href, options)

const verb =
  (method: string) =>
  (url: string | URL, options: Options = noOptions): Request =>
    make(method, url, options)

/** The seven verbs as values, for `session.send`, `session.stream` and `session.hops`. */
export const get = verb("GET")
/** See `get`. HEAD follows no redirect unless asked to. */
export const head = verb("HEAD")
/** See `get`. */
export const post = verb("POST")
/** See `get`. */
export const put = verb("PUT")
/** See `get`. */
export const patch = verb("PATCH")
/** See `get`. */
export const del = verb("DELETE")
/** See `get`. */
export const options = verb("OPTIONS")

/** Answered. */
export interface Hop {
  readonly call: Call
  readonly response: Response
}
