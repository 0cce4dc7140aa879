import { Effect, Either, Schema } from "effect"
import { area } from "../area.js"
import { answered, plain } from "../given.js"

export const statusError = area({
  name: "status-error",
  input: Schema.Struct({ status: Schema.Number, reason: Schema.NullOr(Schema.String), url: Schema.String }),
  answer: ({ reason, status, url }) => {
    // Where requests has no reason it says so in Python; a response here has one always.
    const response = answered(plain(url), status, [], { reason: reason ?? "None" })
    const judged = Effect.runSync(Effect.either(response.raiseForStatus))
    return { message: Either.isLeft(judged) ? judged.left.message : null, ok: response.ok }
  }
})
