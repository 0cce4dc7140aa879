import { Lines } from "@effect-requests/core"
import { Chunk, Effect, Schema, Stream } from "effect"
import { area } from "../area.js"

const Input = Schema.Struct({ chunks: Schema.Array(Schema.String), delimiter: Schema.NullOr(Schema.String) })
type Input = typeof Input.Type

/** The lines of the whole, however it was cut. */
const uncut = ({ chunks, delimiter }: Input): unknown => {
  const text = chunks.join("")
  const lines = text.split(delimiter === null || delimiter === "" ? /\r\n|\r|\n/ : delimiter)
  return lines[lines.length - 1] === "" ? lines.slice(0, -1) : lines
}

export const iterLines = area({
  name: "iter-lines",
  input: Input,
  answer: ({ chunks, delimiter }) => {
    const bytes = Stream.fromIterable(chunks.map((chunk) => new TextEncoder().encode(chunk)))
    const lines = Lines.fromStream(bytes, "utf-8", delimiter ?? undefined)
    return Chunk.toReadonlyArray(Effect.runSync(Stream.runCollect(lines)))
  },
  deviatesMuch: true,
  deviations: [
    {
      name: "cuts",
      reason:
        "lines do not depend on how the bytes arrived, what ends a line begins none, and only LF, CR LF and CR end one",
      answer: uncut
    }
  ]
})
