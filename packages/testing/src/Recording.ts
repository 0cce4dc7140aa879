/**
 * One exchange of a cassette: sent, read, judged and kept; or taken from the tape.
 *
 * @module
 */
import { type Adapter, Answer, Body, Errors, Headers, PreparedRequest } from "@effect-requests/core"
import { Clock, Effect, Either, Option, Stream } from "effect"
import { CassetteError, type NotRecorded } from "./CassetteErrors.js"
import type { Recorder } from "./Recorder.js"
import * as Redaction from "./Redaction.js"
import { secretsOf } from "./Secrets.js"
import type { Sent } from "./Sent.js"
import * as SessionSecrets from "./SessionSecrets.js"
import type { Shows } from "./Shows.js"
import { bytesOf, type TapeRequest, type TapeResponse } from "./Tape.js"
import { type Unpacker, unpack } from "./Unpacking.js"

/** What a cassette records by. */
export interface Recording {
  readonly path: string
  readonly shows: Shows
  readonly harmless: ReadonlySet<string>
  readonly unpacker: Unpacker
  readonly recorder: Recorder
}

/** What was sent, with its body as it was before any coding. */
export const plainOf = ({ body, request }: Sent, unpacker: Unpacker): Effect.Effect<Redaction.Plain> =>
  Effect.map(unpack(unpacker, request.headers, body), (unpacked) => ({
    method: request.method,
    url: request.url,
    headers: request.headers,
    content: { bytes: body, unpacked }
  }))

/** Sends a message, and keeps what comes. The caller gets it as it came, secrets included. */
export const recorded = <R>(
  { harmless, path, recorder, shows, unpacker }: Recording,
  sent: Sent,
  plain: Redaction.Plain,
  send: Adapter.Send<R>
): Effect.Effect<Answer.Answer, Adapter.WireError, R> =>
  Effect.gen(function* () {
    const refused = failed(sent.request, "yes")
    const at = yield* Clock.currentTimeMillis
    const answer = yield* Effect.flatMap(send(again(sent)), (came) => Answer.read(came, Infinity))
    const bytes = answer.content._tag === "Whole" ? answer.content.bytes : new Uint8Array()
    const unpacked = yield* unpack(unpacker, answer.rawHeaders, bytes)
    const plainAnswer = { ...answer, content: { bytes, unpacked } }
    const request = Redaction.request(plain, shows)
    const kept = Redaction.response(plainAnswer, shows)
    if (Option.isNone(kept)) return yield* refused(opaque(path, request))
    const { hidden, response } = kept.value
    const exchange = { at, millis: (yield* Clock.currentTimeMillis) - at, request, response }
    const held = SessionSecrets.ofTransport(sent.request.transport).filter(({ value }) => !harmless.has(value))
    const met = [...held, ...secretsOf(plain, plainAnswer, shows, harmless)]
    yield* Effect.catchAll(recorder.keep(exchange, met), refused)
    if (hidden.length > 0) yield* Effect.logWarning(veiled(path, request, hidden))
    return answer
  })

const opaque = (path: string, { method, url }: TapeRequest): CassetteError =>
  new CassetteError({
    reason: "Opaque",
    path,
    detail: [
      `not written, the response's body of ${method} ${url} cannot be looked into:`,
      "  its Content-Encoding is unknown here, or it says of itself that it is JSON and is none.",
      "  Provide decoders (NodeSession.layerAdapter has them), or keep it unseen by `shows: { bodies: true }`."
    ].join("\n")
  })

/** The replay will not be what was recorded: nobody shall find that out by a puzzling failure. */
const veiled = (path: string, { method, url }: TapeRequest, names: ReadonlyArray<string>): string =>
  `cassette ${path}: a replay of ${method} ${url} will read "<hidden>" in ${names.map((name) => JSON.stringify(name)).join(", ")}; ` +
  "`shows.fields` keeps what is no secret"

/** A refusal as the failure of the request that brought it. */
export const failed =
  (request: PreparedRequest.PreparedRequest, sent: Errors.TransportError["sent"]) =>
  (cause: CassetteError | NotRecorded): Errors.TransportError =>
    new Errors.TransportError({ reason: "Adapter", sent, request, detail: cause.message, cause })

/** The message with the body that was read from it: a one-shot body is gone otherwise. */
const again = ({ body, request }: Sent): PreparedRequest.PreparedRequest =>
  request.body._tag === "OneShot"
    ? new PreparedRequest.PreparedRequest(
        request.method,
        request.target,
        request.headers,
        Body.replayable(() => Stream.succeed(body), { length: request.body.length }),
        request.transport,
        request.deadline
      )
    : request

/** The answer on tape. One without its body is refused: an empty body would be a lie. */
export const answerOf = (
  response: TapeResponse,
  { method, url }: TapeRequest,
  path: string
): Either.Either<Answer.Answer, CassetteError> =>
  "hidden" in response.body && response.body.hidden > 0
    ? Either.left(
        new CassetteError({
          reason: "Bodiless",
          path,
          detail: `the response to ${method} ${url} was recorded without its body of ${response.body.hidden} bytes`
        })
      )
    : Either.right({
        status: response.status,
        reason: response.reason,
        rawHeaders: Headers.fromPairs(response.headers),
        content: Answer.whole(bytesOf(response.body))
      })
