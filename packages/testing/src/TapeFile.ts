/**
 * A tape's file: read, judged by its Schema, and written whole.
 *
 * @module
 */
import type { FileSystem } from "@effect/platform"
import { Effect, Either, ParseResult, Schema } from "effect"
import { CassetteError } from "./CassetteErrors.js"
import { Tape, write } from "./Tape.js"

/** The tape of a file; `undefined` where there is none. */
export const load = (disk: FileSystem.FileSystem, path: string): Effect.Effect<Tape | undefined, CassetteError> =>
  Effect.flatMap(Effect.mapError(disk.exists(path), failed(path)), (exists) =>
    exists
      ? Effect.flatMap(Effect.mapError(disk.readFileString(path), failed(path)), parse(path))
      : Effect.succeed(undefined)
  )

/** A reader never sees half a file: it is written beside it, and then takes its name. */
export const save = (disk: FileSystem.FileSystem, path: string, tape: Tape): Effect.Effect<void, CassetteError> =>
  Effect.mapError(
    Effect.zipRight(disk.writeFileString(`${path}.new`, write(tape)), disk.rename(`${path}.new`, path)),
    failed(path)
  )

const failed = (path: string) => (cause: { readonly message: string }) =>
  new CassetteError({ reason: "File", path, detail: cause.message, cause })

const versioned = Schema.decodeUnknownEither(Schema.parseJson(Schema.Struct({ version: Schema.Unknown })))

/** How many lines of a Schema's word a person wants to read. */
const shown = 12

const parse =
  (path: string) =>
  (text: string): Either.Either<Tape, CassetteError> =>
    Either.mapLeft(Schema.decodeUnknownEither(Schema.parseJson(Tape))(text), (cause) => {
      const version = Either.getOrUndefined(versioned(text))?.version
      const lines = ParseResult.TreeFormatter.formatErrorSync(cause).split("\n")
      const problem =
        version === undefined
          ? ["it is no cassette: there is no JSON with a version in it"]
          : version !== 1
            ? [`it is a cassette of version ${JSON.stringify(version)}, and this package reads version 1`]
            : ["it is of version 1, but not as one is written:", ...lines.slice(0, shown).map((line) => `  ${line}`)]
      const detail = [...problem, '  Delete it, or record it again with mode "all".'].join("\n")
      return new CassetteError({ reason: "Format", path, detail, cause })
    })
