import { Body, Rules } from "@effect-requests/core"
import { Either, Schema } from "effect"
import { area } from "../area.js"
import { Entries, entriesOf, textOf } from "../given.js"

const Headers = Schema.Record({ key: Schema.String, value: Schema.String })
/** requests' tuple: a name, a content, and perhaps a type and further fields. */
const File = Schema.Union(
  Schema.String,
  Schema.Tuple(
    Schema.NullOr(Schema.String),
    Schema.String,
    Schema.optionalElement(Schema.NullOr(Schema.String)),
    Schema.optionalElement(Schema.NullOr(Headers))
  )
)

const fileOf = (file: typeof File.Type) => {
  if (typeof file === "string") return file
  const [filename, content, contentType = null, headers] = file
  return { filename, content, contentType, headers: headers ?? {} }
}

export const multipart = area({
  name: "multipart",
  input: Schema.Struct({
    data: Schema.NullOr(Entries),
    files: Schema.Record({ key: Schema.String, value: File }),
    boundary: Schema.String
  }),
  answer: ({ boundary, data, files }) => {
    const named = Object.entries(files).map(([name, file]) => [name, fileOf(file)] as const)
    return Either.match(Rules.multipart({ fields: entriesOf(data ?? {}), files: named }, boundary), {
      onLeft: ({ reason }) => ({ error: reason }),
      onRight: ({ body, contentType }) => ({
        body: textOf(body),
        contentType,
        contentLength: String(Body.length(body))
      })
    })
  }
})
