import { Rules } from "@effect-requests/core"
import { Schema } from "effect"
import { area } from "../area.js"

export const authFromUrl = area({
  name: "auth-from-url",
  input: Schema.Struct({ url: Schema.String }),
  answer: ({ url }) => Rules.getAuthFromUrl(url)
})
