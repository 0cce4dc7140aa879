/**
 * Sockets of this machine: where a URL or an adapter names a file instead of a host.
 *
 * @module
 */
import { Errors, type PreparedRequest, type Target } from "@effect-requests/core"
import { Either } from "effect"

/** The scheme of URLs that name a socket: `http+unix://%2Frun%2Fdocker.sock/version`. */
export const scheme = "http+unix:"

/** What `NodeSession` mounts its adapter for, besides http and https. */
export const prefix = `${scheme}//`

/** Whom a pool connects to. */
export interface Place {
  /** As undici understands it. Its host is what the server is told. */
  readonly origin: string
  readonly socketPath: string | undefined
}

const refuse = (where: string, problem: string, remedy: string) =>
  Either.left(new Errors.InvalidRequest({ reason: "Url", where, problem, remedy }))

const example = "Write its path percent-encoded as the host: http+unix://%2Frun%2Fdocker.sock/version"

const decoded = (host: string): string | undefined => {
  try {
    return decodeURIComponent(host)
  } catch {
    return undefined
  }
}

/**
 * Where the requests to a target go. `fixed` is the adapter's own socket, which serves all of its http and https URLs. A
 * server behind a socket of the `http+unix` scheme is told the host `localhost`.
 */
export const placeOf = (
  target: Target.Target,
  fixed: string | undefined
): Either.Either<Place, Errors.InvalidRequest> => {
  if (target.scheme !== scheme) return Either.right({ origin: target.origin, socketPath: fixed })
  const path = decoded(target.host)
  if (path === undefined || path === "") return refuse("url", "it does not name a socket", example)
  if (path.includes("\0")) return refuse("url", "the path of the socket has a NUL in it", example)
  if (target.port !== "") return refuse("url", "a socket has no port", example)
  return Either.right({ origin: "http://localhost", socketPath: path })
}

/** The refusal of a proxy on the way to the adapter's own socket: there is no host that a proxy could ask for. */
export const proxyRefusal = (
  fixed: string | undefined,
  { target, transport }: PreparedRequest.PreparedRequest
): Errors.InvalidRequest | undefined =>
  transport.proxy !== undefined && (fixed !== undefined || target.scheme === scheme)
    ? new Errors.InvalidRequest({
        reason: "Unsupported",
        where: "proxies",
        problem: "a Unix socket cannot be reached by a proxy",
        remedy: "Set proxies: { all: Proxies.direct } for it"
      })
    : undefined
