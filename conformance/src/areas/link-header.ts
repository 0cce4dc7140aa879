import { Links } from "@effect-requests/core"
import { Schema } from "effect"
import { area } from "../area.js"

export const linkHeader = area({
  name: "link-header",
  input: Schema.Struct({ value: Schema.String }),
  answer: ({ value }) => Links.parseHeaderLinks(value)
})
