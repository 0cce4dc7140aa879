/**
 * What a cassette at work remembers: its tape, what was played of it, and the secrets that must not reach the file.
 *
 * @module
 */
import { Effect, Either, Ref } from "effect"
import type { CassetteError } from "./CassetteErrors.js"
import { leaks, type Place } from "./SecretSearch.js"
import type { Secret } from "./Secrets.js"
import { type Exchange, empty, type Tape, type TapeRequest } from "./Tape.js"
import { type Found, find, type Matcher } from "./TapeMatching.js"
import { placesOf, refusal } from "./TapeSecrets.js"
import type { Unpacker } from "./Unpacking.js"

/** A tape at work. */
export interface Recorder {
  /** The recording that fits; the same is not played twice. */
  readonly play: (asked: TapeRequest) => Effect.Effect<Found>
  /** One exchange more, unless a secret stands in it, or one of its secrets in an earlier one: then nothing is written. */
  readonly keep: (exchange: Exchange, secrets: ReadonlyArray<Secret>) => Effect.Effect<void, CassetteError>
}

/** What a recorder starts from. */
export interface Start {
  readonly path: string
  readonly tape: Tape | undefined
  readonly secrets: ReadonlyArray<Secret>
  readonly match: Matcher
  readonly unpacker: Unpacker
  readonly save: (tape: Tape) => Effect.Effect<void, CassetteError>
}

interface Memory {
  readonly tape: Tape
  readonly played: ReadonlySet<number>
  /** By their values: one is enough, wherever it was met. */
  readonly secrets: ReadonlyMap<string, Secret>
}

const byValue = (secrets: ReadonlyArray<Secret>) => secrets.map((one) => [one.value, one] as const)

/** A recorder over a tape. The file is written whole after each exchange. */
export const make = ({ match, path, save, secrets, tape, unpacker }: Start): Effect.Effect<Recorder> =>
  Effect.gen(function* () {
    const start = { tape: tape ?? empty, played: new Set<number>(), secrets: new Map(byValue(secrets)) }
    const memory = yield* Ref.make<Memory>(start)
    const turn = yield* Effect.makeSemaphore(1)

    const places = (exchanges: ReadonlyArray<Exchange>): Effect.Effect<ReadonlyArray<Place>> =>
      Effect.map(
        Effect.forEach(exchanges, (one) => placesOf(unpacker, one)),
        (found) => found.flat()
      )

    const keep: Recorder["keep"] = (exchange, met) =>
      Effect.gen(function* () {
        const before = yield* Ref.get(memory)
        const fresh = new Map(byValue(met.filter(({ value }) => !before.secrets.has(value))))
        // Remembered even where this exchange is refused: the next one may hold them as well.
        const known = new Map([...before.secrets, ...fresh])
        yield* Ref.update(memory, (now) => ({ ...now, secrets: known }))
        const found = [
          ...leaks(yield* places([exchange]), known.values()),
          ...(fresh.size === 0 ? [] : leaks(yield* places(before.tape.exchanges), fresh.values()))
        ]
        if (found.length > 0) return yield* refusal(path, found)
        const tape: Tape = { version: 1, exchanges: [...before.tape.exchanges, exchange] }
        yield* save(tape)
        // What was recorded now is not there to be replayed in the same run.
        yield* Ref.update(memory, (now) => ({
          ...now,
          tape,
          played: new Set([...now.played, tape.exchanges.length - 1])
        }))
      })

    return {
      keep: (exchange, met) => turn.withPermits(1)(keep(exchange, met)),
      play: (asked) =>
        Ref.modify(memory, (known): readonly [Found, Memory] => {
          const found = find(known.tape, known.played, asked, match)
          if (Either.isLeft(found)) return [found, known]
          return [found, { ...known, played: new Set([...known.played, found.right.index]) }]
        })
    }
  })
