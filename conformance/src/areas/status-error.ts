import { Disclosure, Target } from "@effect-requests/core"
import { Effect, Either, Schema } from "effect"
import { area } from "../area.js"
import { answered, plain } from "../given.js"

const Input = Schema.Struct({ status: Schema.Number, reason: Schema.NullOr(Schema.String), url: Schema.String })

export const statusError = area({
  name: "status-error",
  input: Input,
  answer: ({ reason, status, url }) => {
    // Where requests has no reason it says so in Python; a response here has one always.
    const response = answered(plain(url), status, [], { reason: reason ?? "None" })
    const judged = Effect.runSync(Effect.either(response.raiseForStatus))
    return { message: Either.isLeft(judged) ? judged.left.message : null, ok: response.ok }
  },
  deviations: [
    {
      name: "shown",
      reason: "a URL is shown as WHATWG writes it, without the values of its query that may be secrets",
      answer: ({ reason, status, url }) => {
        if (status < 400 || status > 599) return undefined
        const shown = Disclosure.url(Target.parse(url)?.href ?? url)
        const side = status < 500 ? "Client" : "Server"
        return { message: `${status} ${side} Error: ${reason ?? "None"} for url: ${shown}`, ok: false }
      },
      seenIn: {
        input: { status: 404, reason: "Not Found", url: "http://h.test/?token=x" },
        expected: { message: "404 Client Error: Not Found for url: http://h.test/?token=x", ok: false }
      }
    }
  ]
})
