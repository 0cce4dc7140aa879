import { Charset } from "@effect-requests/core"
import { Schema } from "effect"
import { area } from "../area.js"

export const headerEncoding = area({
  name: "header-encoding",
  input: Schema.Struct({ contentType: Schema.NullOr(Schema.String) }),
  answer: ({ contentType }) => Charset.getEncodingFromHeaders(contentType ?? undefined) ?? null
})
