/**
 * What goes wrong at a proxy, told apart from what goes wrong at an origin.
 *
 * @module
 */
import { STATUS_CODES } from "node:http"
import { type Errors, TunnelAnswer } from "@effect-requests/core"
import type { Proxy } from "./Proxy.js"
import * as Reasons from "./Reasons.js"

/** Why a proxy did not lead to an origin. Its code is none of those after which undici tries again without end. */
export class ProxyFailure extends Error {
  readonly code = "ERR_PROXY"

  constructor(
    readonly detail: string,
    readonly reason: Errors.TransportReason = "Proxy",
    /** What it answered to CONNECT. */
    readonly tunnel?: TunnelAnswer.TunnelAnswer
  ) {
    super(detail)
  }
}

const away: Partial<Readonly<Record<Errors.TransportReason, string>>> = {
  Dns: "its name cannot be found",
  Refused: "it refused the connection; is it running?",
  Unreachable: "it cannot be reached from here",
  Tls: "TLS with the proxy itself failed",
  Reset: "it closed the connection"
}

/** It was not reached. */
export const unreached = ({ shown }: Proxy, error: unknown): ProxyFailure => {
  const { detail, reason } = Reasons.failure(error)
  const what = away[reason]
  return new ProxyFailure(`${shown}: ${what === undefined ? detail : `${what} (${detail})`}`)
}

/** It answered CONNECT with something else than a tunnel. */
export const refused = (
  { shown }: Proxy,
  authority: string,
  status: number,
  rawHeaders: ReadonlyArray<string>
): ProxyFailure => {
  const reason = STATUS_CODES[status] ?? ""
  return new ProxyFailure(
    `${shown} answered CONNECT ${authority} with ${status} ${reason}`.trimEnd(),
    "Proxy",
    new TunnelAnswer.TunnelAnswer(status, reason, rawHeaders)
  )
}

/** It did not answer CONNECT as HTTP has it. */
export const garbled = ({ shown }: Proxy, error: unknown): ProxyFailure => {
  const { detail, reason } = Reasons.failure(error)
  const what: Partial<Readonly<Record<Errors.TransportReason, string>>> = {
    Protocol: `its answer to CONNECT is no HTTP (${detail})`,
    Limit: "its answer to CONNECT is larger than maxHeaderSize allows",
    Reset: "it closed the connection before it had answered CONNECT"
  }
  return new ProxyFailure(`${shown}: ${what[reason] ?? detail}`)
}

/** It took longer than `timeout.connect`, in which all of it has to be done. */
export const late = ({ shown }: Proxy, step: string): ProxyFailure =>
  new ProxyFailure(`${shown}: ${step}`, "ConnectTimeout")
