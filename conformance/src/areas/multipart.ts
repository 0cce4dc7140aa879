import { Body, Rules } from "@effect-requests/core"
import { Either, Schema } from "effect"
import { area } from "../area.js"
import { Entries, entriesOf, isList, textOf } from "../given.js"
import { hasOtherForms } from "../urls.js"

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

const Input = Schema.Struct({
  data: Schema.NullOr(Entries),
  files: Schema.Record({ key: Schema.String, value: File }),
  boundary: Schema.String
})
type Input = typeof Input.Type

const named = (name: string): string =>
  `Content-Disposition: form-data; name="${name.replace(/["\r\n]/g, encodeURIComponent)}"`

const pairsOf = (data: typeof Entries.Type) => (isList(data) ? data : Object.entries(data))

/** The fields, each a part. */
const fieldParts = ({ data }: Input): ReadonlyArray<string> =>
  pairsOf(data ?? {})
    .flatMap(([name, value]) => (isList(value) ? value.map((one) => [name, one]) : [[name, value]]))
    .flatMap(([name, value]) => (value === null ? [] : [`${named(String(name))}\r\n\r\n${value}`]))

/** The files, each a part, or the reason for which it is none. */
const fileParts = ({ files }: Input): ReadonlyArray<{ readonly text: string; readonly refused?: string }> =>
  Object.entries(files).map(([name, file]) => {
    const [filename, content, type, headers] = typeof file === "string" ? [name, file] : file
    const fields = Object.entries(headers ?? {})
    const lines = [
      filename === null
        ? named(name)
        : `${named(name)}; filename="${filename.replace(/["\r\n]/g, encodeURIComponent)}"`,
      ...(type ? [`Content-Type: ${type}`] : []),
      ...fields.flatMap(([field, value]) => (/^content-type$/i.test(field) ? [] : [`${field}: ${value}`]))
    ]
    const text = `${lines.join("\r\n")}\r\n\r\n${content}`
    return fields.some(([field]) => /^content-disposition$/i.test(field)) ? { text, refused: "HeaderName" } : { text }
  })

const refusals = (input: Input): unknown => {
  const { boundary } = input
  if (/[^\w'+.-]/.test(boundary)) return { error: "Body" }
  for (const { refused, text } of [
    ...fieldParts(input).map((text) => ({ text, refused: undefined })),
    ...fileParts(input)
  ]) {
    if (refused !== undefined) return { error: refused }
    if (text.includes(`--${boundary}`)) return { error: "Body" }
  }
  return undefined
}

const asJavaScript = (input: Input): unknown => {
  if (input.data === null || !hasOtherForms(input.data)) return undefined
  const parts = [...fieldParts(input), ...fileParts(input).map(({ text }) => text)]
  const body = `${parts.map((part) => `--${input.boundary}\r\n${part}\r\n`).join("")}--${input.boundary}--\r\n`
  const contentLength = String(new TextEncoder().encode(body).length)
  return { body, contentType: `multipart/form-data; boundary=${input.boundary}`, contentLength }
}

export const multipart = area({
  name: "multipart",
  input: Input,
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
  },
  deviations: [
    {
      name: "one form",
      reason:
        "what a reader would take for the end of a part, a second Content-Disposition, or a boundary that needs quotes is refused",
      answer: refusals,
      seenIn: {
        input: { data: {}, files: { f: ["a", "--B"] }, boundary: "B" },
        expected: {
          body: '--B\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n--B\r\n--B--\r\n',
          contentType: "multipart/form-data; boundary=B",
          contentLength: "76"
        }
      }
    },
    {
      name: "JavaScript",
      reason: "truths and numbers are written as JavaScript does",
      answer: asJavaScript,
      seenIn: {
        input: { data: { a: true }, files: {}, boundary: "B" },
        expected: {
          body: '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nTrue\r\n--B--\r\n',
          contentType: "multipart/form-data; boundary=B",
          contentLength: "66"
        }
      }
    }
  ]
})
