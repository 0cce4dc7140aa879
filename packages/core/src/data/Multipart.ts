/**
 * A form in parts (multipart/form-data, RFC 7578): fields and files, and the one body made of them.
 *
 * @module
 */
import { Effect, Stream } from "effect"
import * as Body from "./Body.js"
import * as Bytes from "./Bytes.js"
import type * as Params from "./Params.js"
import type { HeaderFields } from "./Settings.js"

/** What a file may hold: a text is sent as UTF-8, numbers as JavaScript writes them, a `Body` as a stream. */
export type Content = Params.Value | Uint8Array | Body.Body

/** What may be said of a file. */
export interface FileOptions {
  /** `""` is sent as an empty name; `null` is no `filename` at all, as for a field. */
  readonly filename?: string | null | undefined
  /** The part's Content-Type. None is guessed; `null` also takes away the one among `headers`. */
  readonly contentType?: string | null | undefined
  /** Further fields of the part, after Content-Disposition and Content-Type. */
  readonly headers?: HeaderFields | undefined
}

/** A plain field: no file name, no Content-Type. */
export interface Field {
  readonly name: string
  readonly value: Params.Value
}

/** A file, or a field with a Content-Type: without a `filename` none is sent. `null` as content takes the part away. */
export interface File extends FileOptions {
  readonly name: string
  readonly content: Content | null
}

/** One part. */
export type Part = Field | File

/** A file under a name: its content, or its content and what is said of it. Its `filename` is the name unless given. */
export type FileInput = Content | (FileOptions & { readonly content: Content | null })

/** Files by name; a list is several files of that name, `null` is none. */
export type Files =
  | { readonly [name: string]: FileInput | ReadonlyArray<FileInput> | null | undefined }
  | Iterable<readonly [name: string, file: FileInput | ReadonlyArray<FileInput> | null | undefined]>

/** What users write: parts in their order, or fields and then files (requests' `data=` and `files=`). */
export type Input = Iterable<Part> | { readonly fields?: Params.Input | undefined; readonly files?: Files | undefined }

/** A body in parts, and the Content-Type that names its boundary. */
export interface Multipart {
  readonly body: Body.Body
  readonly contentType: string
}

/**
 * A plain field.
 *
 * @example
 * import { Multipart } from "@effect-requests/core"
 *
 * console.assert(Multipart.field("page", 2).value === 2)
 */
export const field = (name: string, value: Params.Value): Field => ({ name, value })

/**
 * A file. Without a `filename` it has the part's name, as requests does for what has no name of its own.
 *
 * @example
 * import { Multipart } from "@effect-requests/core"
 *
 * console.assert(Multipart.file("photo", new Uint8Array(3)).filename === "photo")
 * console.assert(Multipart.file("meta", "{}", { filename: null, contentType: "application/json" }).filename === null)
 */
export const file = (name: string, content: Content | null, options?: FileOptions): File => ({
  ...options,
  name,
  content,
  filename: options?.filename === undefined ? name : options.filename
})

/**
 * One body of several, end to end: in memory when all of them are; else a stream, which can be sent again when all of
 * them can. Its length (bytes) is known when all of theirs are. Nothing of a stream is read before its turn.
 *
 * @example
 * import { Body, Multipart } from "@effect-requests/core"
 * import { Stream } from "effect"
 *
 * console.assert(Multipart.concat([Body.text("a"), Body.text("b")])._tag === "Bytes")
 * console.assert(Multipart.concat([Body.text("a"), Body.oneShot(Stream.empty)])._tag === "OneShot")
 */
export const concat = (bodies: ReadonlyArray<Body.Body>): Body.Body => {
  const pieces = joined(bodies)
  const [first = Body.empty, ...more] = pieces
  if (more.length === 0) return first
  const length = total(pieces)
  return pieces.every(Body.isReplayable)
    ? Body.replayable(() => streamed(pieces), { length })
    : Body.oneShot(streamed(pieces), { length })
}

/** The same bodies with neighbours in memory joined, so that a stream has few pieces and only streams between them. */
const joined = (bodies: ReadonlyArray<Body.Body>): ReadonlyArray<Body.Body> => {
  const out: Array<Body.Body> = []
  let near: Array<Uint8Array> = []
  const close = () => {
    if (near.length > 0) out.push(Body.bytes(Bytes.concat(near)))
    near = []
  }
  for (const body of bodies) {
    if (body._tag === "Bytes") near.push(body.bytes)
    else if (body._tag !== "Empty") {
      close()
      out.push(body)
    }
  }
  close()
  return out
}

const total = (bodies: ReadonlyArray<Body.Body>): number | undefined => {
  let sum = 0
  for (const body of bodies) sum += Body.length(body) ?? Number.NaN
  return Number.isSafeInteger(sum) ? sum : undefined
}

const streamed = (bodies: ReadonlyArray<Body.Body>): Stream.Stream<Uint8Array, unknown> =>
  Stream.flatMap(
    Stream.fromIterable(bodies),
    Body.match({
      Empty: () => Stream.empty,
      Bytes: ({ bytes }) => Stream.succeed(bytes),
      // A function of the user's that throws is a failed upload, not a defect.
      Replayable: ({ stream }) => Stream.unwrap(Effect.try({ try: stream, catch: (cause) => cause })),
      OneShot: ({ stream }) => stream
    })
  )
