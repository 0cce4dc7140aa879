/**
 * A request that is ready: its message, and what its chain has been through so far.
 *
 * @module
 */
import { Inspectable, type Redacted } from "effect"
import type { Headers } from "./Headers.js"
import type { Asked, PreparedRequest, Withheld } from "./PreparedRequest.js"
import type { Resolved } from "./Settings.js"

/** What a call is made of. */
export interface CallParts {
  readonly request: PreparedRequest
  readonly settings: Resolved
  readonly redirects: number
  readonly challenged: number
  readonly proxyChallenged: number
  readonly own: Headers
  readonly home: boolean
  readonly foreign: boolean
  readonly crossSite: boolean
  readonly withheld: ReadonlyArray<Withheld>
  readonly token?: Redacted.Redacted<string> | undefined
}

/** Ready to be sent, any number of times. It shows itself without secrets. */
export class Call extends Inspectable.Class implements Asked {
  /** The message of this hop: with credentials and cookies. */
  readonly request: PreparedRequest
  readonly settings: Resolved
  /** How many redirects led here. */
  readonly redirects: number
  /** How many challenges this message has answered. */
  readonly challenged: number
  /** How many challenges of its proxy this message has answered. */
  readonly proxyChallenged: number
  /** The message's fields before credentials and cookies: what the next hop starts from. */
  readonly own: Headers
  /** Still at the origin that was asked; once left it is not home again in this chain. */
  readonly home: boolean
  /** Asked for another origin than the session's `baseUrl`. */
  readonly foreign: boolean
  /** A redirect has led from one site to another in this chain (RFC 6265bis §5.2). */
  readonly crossSite: boolean
  readonly withheld: ReadonlyArray<Withheld>
  /** The token that this message was sent with, from a source that must hear if it was refused. */
  readonly token: Redacted.Redacted<string> | undefined

  constructor(parts: CallParts, request: PreparedRequest = parts.request) {
    super()
    this.request = request
    this.settings = parts.settings
    this.redirects = parts.redirects
    this.challenged = parts.challenged
    this.proxyChallenged = parts.proxyChallenged
    this.own = parts.own
    this.home = parts.home
    this.foreign = parts.foreign
    this.crossSite = parts.crossSite
    this.withheld = parts.withheld
    this.token = parts.token
  }

  /** The same call with another message. */
  withRequest(request: PreparedRequest): Call {
    return new Call(this, request)
  }

  /** The same call as it is sent: its message, and which cookies stay behind since another site led here. */
  dressed(request: PreparedRequest, cookies: ReadonlyArray<string>): Call {
    if (cookies.length === 0) return this.withRequest(request)
    const before = this.withheld.filter(({ why }) => why !== "OtherSite")
    const held = cookies.map((name) => ({ what: "cookie", name, why: "OtherSite" }) as const)
    return new Call({ ...this.parts, request, withheld: [...before, ...held] })
  }

  /** The call as it went out: itself where nothing was added at the last moment. */
  sentAs(request: PreparedRequest): Call {
    return request === this.request ? this : this.withRequest(request)
  }

  /** The same call, its message with this token. */
  withToken(request: PreparedRequest, token: Redacted.Redacted<string>): Call {
    return new Call({ ...this.parts, request, token })
  }

  /** The same message once more, in answer to a challenge. */
  onceMore(): Call {
    return new Call({ ...this.parts, challenged: this.challenged + 1 })
  }

  /** The same message once more, in answer to a challenge of its proxy. */
  onceMoreToProxy(): Call {
    return new Call({ ...this.parts, proxyChallenged: this.proxyChallenged + 1 })
  }

  /** The same call, which keeps this field from its origin: it is for a proxy. */
  withoutProxyField(request: PreparedRequest, name: string): Call {
    const before = this.withheld.filter(({ why }) => why !== "NoProxy")
    return new Call({ ...this.parts, request, withheld: [...before, { what: "header", name, why: "NoProxy" }] })
  }

  private get parts(): CallParts {
    const {
      challenged,
      crossSite,
      foreign,
      home,
      own,
      proxyChallenged,
      redirects,
      request,
      settings,
      token,
      withheld
    } = this
    return { challenged, crossSite, foreign, home, own, proxyChallenged, redirects, request, settings, token, withheld }
  }

  toJSON(): unknown {
    return {
      _id: "@effect-requests/core/Call",
      request: this.request.toJSON(),
      redirects: this.redirects,
      withheld: this.withheld
    }
  }
}
