/**
 * What a response says before its body: the status, the fields, who answered.
 *
 * @module
 */
import { Cookies as PlatformCookies } from "@effect/platform"
import { Inspectable, Option } from "effect"
import type { Answer } from "./Answer.js"
import * as Charset from "./Charset.js"
import * as Headers from "./Headers.js"
import * as Links from "./Links.js"
import type { Asked, PreparedRequest } from "./PreparedRequest.js"

/** Getters over what a `Response` holds, each of which looks when it is asked. They hold nothing themselves. */
export abstract class ResponseHead extends Inspectable.Class {
  abstract readonly call: Asked
  abstract readonly answer: Answer
  abstract readonly status: number

  /** The message as it was sent. */
  get prepared(): PreparedRequest {
    return this.call.request
  }

  /** The URL that answered: of the last hop, with its fragment, without userinfo. */
  get url(): string {
    return this.call.request.target.href
  }

  /** The reason phrase, `""` when there is none. */
  get reason(): string {
    return this.answer.reason
  }

  /** As received: ordered, repeatable, with their case. */
  get rawHeaders(): Headers.Headers {
    return this.answer.rawHeaders
  }

  /** The cookies that this response sets, judged by nobody: those of the session are in its jar. */
  get cookies(): PlatformCookies.Cookies {
    return PlatformCookies.fromSetCookie(Headers.getAll(this.answer.rawHeaders, "set-cookie"))
  }

  /** The address that answered, where the adapter tells. */
  get remoteAddress(): Option.Option<string> {
    return Option.fromNullable(this.answer.remoteAddress)
  }

  /** Whether the status is below 400 (requests' `Response.ok`). There is no truthiness. */
  get ok(): boolean {
    return this.status < 400 || this.status >= 600
  }

  /** Whether it is a 301, 302, 303, 307 or 308 with a Location (requests' `Response.is_redirect`). */
  get isRedirect(): boolean {
    return redirects.has(this.status) && Headers.has(this.answer.rawHeaders, "location")
  }

  /** Whether it is a 301 or 308 with a Location (requests' `Response.is_permanent_redirect`). */
  get isPermanentRedirect(): boolean {
    return (this.status === 301 || this.status === 308) && this.isRedirect
  }

  /** The Link header (RFC 8288). */
  get links(): ReadonlyArray<Links.Link> {
    return Headers.getAll(this.answer.rawHeaders, "link").flatMap(Links.parse)
  }

  /** Where the first link of a relation type leads, as an absolute URL: `response.link("next")` is the next page. */
  link(rel: string): Option.Option<string> {
    return Option.flatMap(Option.fromNullable(Links.byRel(this.links, rel)), (link) => Links.target(link, this.url))
  }

  /** The charset that its Content-Type names (requests' `Response.encoding`); `text` looks further than that. */
  get encoding(): Option.Option<string> {
    return Option.fromNullable(Charset.fromContentType(this.contentType))
  }

  protected get contentType(): string | undefined {
    return Headers.get(this.answer.rawHeaders, "content-type")
  }
}

const redirects = new Set([301, 302, 303, 307, 308])
