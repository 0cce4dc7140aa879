import { Schema } from "effect"
import { area } from "../area.js"
import { answered, plain } from "../given.js"

export const isRedirect = area({
  name: "is-redirect",
  input: Schema.Struct({ status: Schema.Number, location: Schema.NullOr(Schema.String) }),
  answer: ({ location, status }) => {
    const { isPermanentRedirect, isRedirect } = answered(
      plain(),
      status,
      location === null ? [] : ["Location", location]
    )
    return { isRedirect, isPermanentRedirect }
  }
})
