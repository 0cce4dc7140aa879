import { Rules } from "@effect-requests/core"
import { Schema } from "effect"
import { area } from "../area.js"

const Setting = Schema.NullOr(
  Schema.Union(
    Schema.String,
    Schema.Number,
    Schema.Boolean,
    Schema.Array(Schema.Unknown),
    Schema.Record({ key: Schema.String, value: Schema.Unknown })
  )
)

export const mergeSetting = area({
  name: "merge-setting",
  input: Schema.Struct({ request: Setting, session: Setting, caseInsensitive: Schema.Boolean }),
  answer: ({ caseInsensitive, request, session }) => Rules.mergeSetting(request, session, caseInsensitive)
})
