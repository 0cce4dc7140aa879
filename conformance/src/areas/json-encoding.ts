import { Buffer } from "node:buffer"
import { Charset } from "@effect-requests/core"
import { Effect, Either, Schema } from "effect"
import { area } from "../area.js"
import { sameError, sameFields, sameJson } from "../compare.js"
import { answered, plain } from "../given.js"

export const jsonEncoding = area({
  name: "json-encoding",
  input: Schema.Struct({ hex: Schema.String }),
  answer: ({ hex }) => {
    const bytes = new Uint8Array(Buffer.from(hex, "hex"))
    const read = Effect.runSync(Effect.either(answered(plain(), 200, [], { bytes }).json))
    return Either.match(read, {
      onLeft: () => ({ error: "Decode" }),
      onRight: (value) => ({ encoding: Charset.guessJson(bytes) ?? null, value })
    })
  },
  same: sameFields(sameJson, {
    error: sameError({ Decode: ["TypeError", "ValueError", "UnicodeDecodeError", "JSONDecodeError"] })
  })
})
