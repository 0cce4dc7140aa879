import { Challenge } from "@effect-requests/core"
import { Schema } from "effect"
import { area } from "../area.js"

export const dictHeader = area({
  name: "dict-header",
  input: Schema.Struct({ value: Schema.String }),
  answer: ({ value }) => Challenge.parseDictHeader(value)
})
