/**
 * How a pool connects by a proxy: to the proxy, through it, and TLS with the origin at its end.
 *
 * @module
 */
import { type LookupFunction, Socket } from "node:net"
import type { Rules } from "@effect-requests/core"
import { Cause, Duration, Effect, Exit, FiberId } from "effect"
import { buildConnector } from "undici"
import * as Anchors from "./Anchors.js"
import type { Line } from "./Line.js"
import * as Pins from "./Pins.js"
import type { Proxy } from "./Proxy.js"
import * as ProxyFailure from "./ProxyFailure.js"
import * as Socks from "./Socks.js"
import type * as Trust from "./Trust.js"
import * as Tunnel from "./Tunnel.js"

/** The proxy of a group, how it is passed, and whom to trust there: the same authorities as for an origin, as nobody. */
export interface Via {
  readonly proxy: Proxy
  readonly passage: Exclude<Rules.Passage, "Direct">
  readonly tls: Trust.Identity
}

/** Which addresses of a proxy are tried, and when the next. */
export interface Families {
  readonly autoSelectFamily: boolean
  readonly autoSelectFamilyAttemptTimeout?: number
}

/** What connecting by a proxy depends on. */
export interface Plan {
  readonly via: Via
  readonly connectTimeout: number
  readonly tls: Trust.Identity
  readonly maxHeaderSize: number | undefined
  readonly families: Families
  /** For the proxy's own name. */
  readonly lookup: LookupFunction | undefined
  /** For an origin's name, where it is looked up here. */
  readonly originLookup: LookupFunction | undefined
  readonly watch: (socket: Socket) => void
  readonly line: Line
}

type Connect = (options: buildConnector.Options, callback: buildConnector.Callback) => unknown

/** A connector, one for each pool. `timeout.connect` is for all of it: TCP, the proxy's word and TLS. */
export const make = (plan: Plan): buildConnector.connector => {
  const { connectTimeout, line, via } = plan
  const { families, lookup, tls } = plan
  const { anchors: _, pins: __, ...proxyIdentity } = via.tls
  const { anchors, pins, ...identity } = tls
  const toProxy: Connect = buildConnector({
    ...families,
    ...proxyIdentity,
    timeout: 0,
    ...(lookup === undefined ? {} : { lookup })
  })
  // A resumed session shows no certificate to look at.
  const toOrigin: Connect = buildConnector({
    ...identity,
    ...(pins.length === 0 && anchors === undefined ? {} : { maxCachedSessions: 0 }),
    timeout: 0
  })
  return (options, callback) => {
    const sockets = new Set<Socket>()
    const progress: Progress = { step: "it took too long to connect to" }
    const waits = line.take()
    const dialled = Effect.suspend(() =>
      dial(plan, { toProxy, toOrigin }, options, progress, waits?.request.transport.proxyAuthorization, sockets)
    )
    const timed =
      connectTimeout === Infinity
        ? dialled
        : Effect.timeoutFail(dialled, {
            duration: Duration.millis(connectTimeout),
            onTimeout: () => ProxyFailure.late(via.proxy, progress.step)
          })
    const fiber = Effect.runFork(
      // undici does not expect an answer within its question.
      Effect.zipRight(Effect.yieldNow(), timed).pipe(
        Effect.onError(() =>
          Effect.sync(() => {
            destroy(sockets)
          })
        )
      )
    )
    line.bind(waits, () => fiber.unsafeInterruptAsFork(FiberId.none))
    fiber.addObserver((exit) => {
      if (Exit.isSuccess(exit)) callback(null, exit.value)
      else callback(asError(via.proxy, Cause.squash(exit.cause)), null)
    })
  }
}

/** The innermost first: Node 20 ends with a fault when TLS loses the TLS that it runs over within its handshake. */
export const destroy = (sockets: Iterable<Socket>): void => {
  for (const socket of Array.from(sockets).reverse()) socket.destroy()
}

interface Progress {
  /** What takes its time just now. */
  step: string
}

const dial = (
  { maxHeaderSize, connectTimeout, originLookup, tls, via, watch }: Plan,
  { toOrigin, toProxy }: { readonly toProxy: Connect; readonly toOrigin: Connect },
  options: buildConnector.Options,
  progress: Progress,
  authorization: string | undefined,
  sockets: Set<Socket>
): Effect.Effect<Socket, unknown> => {
  const { passage, proxy } = via
  const { httpSocket: _, servername: __, ...to } = options
  const port = options.port === "" ? (options.protocol === "https:" ? "443" : "80") : options.port
  const there = { ...to, protocol: proxy.secure ? "https:" : "http:", hostname: proxy.host, host: proxy.host }
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    watch(socket)
  }
  const opened = (socket: Socket): Effect.Effect<Socket, unknown> => {
    switch (passage) {
      case "Forward":
        return Effect.succeed(socket)
      case "Tunnel":
        progress.step = "it took too long to answer CONNECT"
        return Tunnel.through(socket, proxy, {
          authority: `${bracketed(to.hostname)}:${port}`,
          authorization,
          maxHeaderSize
        })
      case "Socks":
        progress.step = "it took too long to open a way"
        return Socks.through(socket, proxy, {
          host: to.hostname,
          port: Number(port),
          within: connectTimeout,
          lookup: originLookup
        })
    }
  }
  const secured = (socket: Socket): Effect.Effect<Socket, unknown> => {
    if (passage === "Forward" || options.protocol !== "https:") return Effect.succeed(socket)
    progress.step = "TLS with the origin behind it took too long"
    return Effect.flatMap(reached(toOrigin, { ...to, httpSocket: socket }, keep), (secure) => {
      const mismatch = Anchors.refusal(secure, tls.anchors) ?? Pins.refusal(secure, tls.pins)
      return mismatch === undefined ? Effect.succeed(secure) : Effect.fail(mismatch)
    })
  }
  return reached(toProxy, { ...there, port: String(proxy.port) }, keep).pipe(
    Effect.mapError((error) => ProxyFailure.unreached(proxy, error)),
    Effect.flatMap(opened),
    Effect.flatMap(secured)
  )
}

/** A socket that is connected, and over TLS also verified. */
const reached = (
  connect: Connect,
  options: buildConnector.Options,
  keep: (socket: Socket) => void
): Effect.Effect<Socket, unknown> =>
  Effect.async<Socket, unknown>((resume) => {
    const socket = connect(options, (error, connected) =>
      resume(error === null ? Effect.succeed(connected) : Effect.fail(error))
    )
    if (!(socket instanceof Socket)) return
    keep(socket)
    socket.once("close", () => resume(Effect.fail(closed())))
  })

const closed = () => Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" })

const bracketed = (host: string): string => (host.includes(":") ? `[${host}]` : host)

/** What is neither of the proxy nor an Error cannot be told to undici. */
const asError = ({ shown }: Proxy, error: unknown): Error =>
  error instanceof Error ? error : new ProxyFailure.ProxyFailure(`${shown}: ${String(error)}`)
