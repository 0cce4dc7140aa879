/** A reader of multipart bodies that knows nothing of the writer: strict, by RFC 2046 §5.1.1 and RFC 7578 §4.2. */
export interface Parsed {
  readonly name: string | undefined
  readonly filename: string | undefined
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>
  readonly content: Uint8Array
}

/** Bytes and characters one to one, so that text functions find bytes. */
const binary = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))
const utf8 = (text: string): string => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytesOf(text))

const unescaped = (text: string): string => text.replace(/%22/g, '"').replace(/%0D/g, "\r").replace(/%0A/g, "\n")

export const parse = (body: Uint8Array, contentType: string): ReadonlyArray<Parsed> => {
  const boundary = /^multipart\/form-data; boundary=([0-9A-Za-z'+_.-]{1,70})$/.exec(contentType)?.[1]
  if (boundary === undefined) throw new Error(`no boundary in ${contentType}`)
  const text = `\r\n${binary(body)}`
  const end = `\r\n--${boundary}--\r\n`
  if (!text.endsWith(end)) throw new Error("the body does not end with the last delimiter")
  const [preamble, ...parts] = text.slice(0, -end.length).split(`\r\n--${boundary}\r\n`)
  if (preamble !== "") throw new Error(`before the first part: ${preamble}`)
  return parts.map(parsePart)
}

const parsePart = (part: string): Parsed => {
  const blank = part.indexOf("\r\n\r\n")
  const fields = utf8(part.slice(0, blank))
    .split("\r\n")
    .map((line) => {
      const [, name, value] = /^([^:]+): (.*)$/s.exec(line) ?? []
      if (name === undefined || value === undefined) throw new Error(`no field: ${line}`)
      return [name, value] as const
    })
  const [, name, filename] = /^form-data; name="([^"]*)"(?:; filename="([^"]*)")?$/s.exec(fields[0]?.[1] ?? "") ?? []
  return {
    name: name === undefined ? undefined : unescaped(name),
    filename: filename === undefined ? undefined : unescaped(filename),
    fields: fields.slice(1),
    content: bytesOf(part.slice(blank + 4))
  }
}
