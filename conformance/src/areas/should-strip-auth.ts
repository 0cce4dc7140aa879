import { Rules } from "@effect-requests/core"
import { Schema } from "effect"
import { area } from "../area.js"

export const shouldStripAuth = area({
  name: "should-strip-auth",
  input: Schema.Struct({ from: Schema.String, to: Schema.String }),
  answer: ({ from, to }) => Rules.shouldStripAuth(from, to)
})
