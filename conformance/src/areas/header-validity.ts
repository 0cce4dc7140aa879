import { Headers } from "@effect-requests/core"
import { Schema } from "effect"
import { area } from "../area.js"

const isLatin1 = (text: string): boolean =>
  Array.from(text, (char) => char.codePointAt(0) ?? 0).every(
    (code) => code === 9 || (code >= 32 && code !== 127 && code < 128) || (code > 127 && code < 256)
  )

export const headerValidity = area({
  name: "header-validity",
  input: Schema.Struct({ name: Schema.String, value: Schema.String }),
  answer: ({ name, value }) => Headers.isToken(name) && Headers.isValue(value),
  deviatesMuch: true,
  deviations: [
    {
      name: "RFC 9110",
      reason:
        "§5.1 and §5.5: a name is a token, a value has no blank at either end and no control character; only space and tab are blanks, the bytes from 0x80 are obs-text",
      answer: ({ name, value }) => {
        if (name === "" || /[^\w!#$%&'*+.^`|~-]/.test(name) || /^[\t ]|[\t ]$/.test(value)) return false
        return isLatin1(value)
      }
    }
  ]
})
