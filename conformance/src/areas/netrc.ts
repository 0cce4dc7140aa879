import { Rules } from "@effect-requests/core"
import { Option, Schema } from "effect"
import { area } from "../area.js"

export const netrc = area({
  name: "netrc",
  input: Schema.Struct({ file: Schema.String, url: Schema.String }),
  answer: ({ file, url }) => Option.getOrNull(Rules.getNetrcAuth(file, url))
})
