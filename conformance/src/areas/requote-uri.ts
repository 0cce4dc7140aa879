import { Rules } from "@effect-requests/core"
import { Schema } from "effect"
import { area } from "../area.js"

export const requoteUri = area({
  name: "requote-uri",
  input: Schema.Struct({ url: Schema.String }),
  answer: ({ url }) => Rules.requoteUri(url)
})
