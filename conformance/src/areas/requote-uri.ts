import { Rules } from "@effect-requests/core"
import { Schema } from "effect"
import { area } from "../area.js"

/** A character of a URL in which every "%" stands for itself. */
const escaped = (char: string): string => (/[\w.~!#$&'()*+,/:;=?@[\]-]/.test(char) ? char : encodeURIComponent(char))

export const requoteUri = area({
  name: "requote-uri",
  input: Schema.Struct({ url: Schema.String }),
  answer: ({ url }) => Rules.requoteUri(url),
  deviations: [
    {
      name: "RFC 3986",
      reason: "§2.1: an escape has two digits of ASCII, where Python takes those of every script",
      answer: ({ url }) =>
        /%(?:[0-9a-f]\p{Nd}|\p{Nd}[0-9a-f]|\p{Nd}{2})/iu.test(url.replace(/%[0-9a-f]{2}/gi, ""))
          ? Array.from(url, escaped).join("")
          : undefined,
      seenIn: { input: { url: "/%41/%١١" }, expected: "/A/%%D9%A1%D9%A1" }
    }
  ]
})
