/**
 * A way through an HTTP proxy, opened by CONNECT (RFC 9110 §9.3.6).
 *
 * @module
 */
import { Socket } from "node:net"
import { Effect } from "effect"
import { Client, type Dispatcher } from "undici"
import type { Proxy } from "./Proxy.js"
import * as ProxyFailure from "./ProxyFailure.js"

/** What is asked of a proxy: nothing of a request but where it goes is in it. */
export interface Wish {
  /** Host and port. */
  readonly authority: string
  /** The value of Proxy-Authorization. */
  readonly authorization: string | undefined
  /** The most bytes of the answer's header. */
  readonly maxHeaderSize: number | undefined
}

/**
 * The socket, once what is written to it reaches the origin. The answer's header is read by undici's parser; a client that
 * has one socket asks once.
 */
export const through = (
  socket: Socket,
  proxy: Proxy,
  { authority, authorization, maxHeaderSize }: Wish
): Effect.Effect<Socket, ProxyFailure.ProxyFailure> =>
  Effect.async((resume) => {
    const fail = (failure: ProxyFailure.ProxyFailure): void => resume(Effect.fail(failure))
    const client = new Client("http://proxy.invalid", {
      connect: (_options, callback) => queueMicrotask(() => callback(null, socket)),
      headersTimeout: 0,
      bodyTimeout: 0,
      ...(maxHeaderSize === undefined ? {} : { maxHeaderSize })
    })
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => {},
      onRequestUpgrade: ({ rawHeaders }, status, _headers, opened) => {
        if (status < 200 || status > 299) fail(ProxyFailure.refused(proxy, authority, status, texts(rawHeaders)))
        // Over TLS it is for us to begin: whoever speaks first is not the origin.
        else if (opened.readableLength > 0) fail(junk(proxy, opened.readableLength))
        else if (opened instanceof Socket) resume(Effect.succeed(opened))
      },
      onResponseStart: () => {},
      onResponseData: () => {},
      onResponseEnd: () => {},
      onResponseError: (_controller, error) => fail(ProxyFailure.garbled(proxy, error))
    }
    client.dispatch(
      {
        method: "CONNECT",
        path: authority,
        headers: ["host", authority, ...(authorization === undefined ? [] : ["Proxy-Authorization", authorization])]
      },
      handler
    )
    return Effect.sync(() => socket.destroy())
  })

const junk = ({ shown }: Proxy, length: number) =>
  new ProxyFailure.ProxyFailure(`${shown}: it sent ${length} bytes behind its answer to CONNECT`)

const texts = (raw: Dispatcher.DispatchController["rawHeaders"]): ReadonlyArray<string> =>
  Array.isArray(raw) ? raw.map((one) => (typeof one === "string" ? one : one.toString("latin1"))) : []
