import { Rules, Target } from "@effect-requests/core"
import { Schema } from "effect"
import { area } from "../area.js"

const isPlain = (url: string): boolean => /^[\x21-\x7e]*$/.test(url) && !/^[^/]*\/\/[\dx.]+(?![^/:?#])/i.test(url)

export const shouldStripAuth = area({
  name: "should-strip-auth",
  input: Schema.Struct({ from: Schema.String, to: Schema.String }),
  answer: ({ from, to }) => Rules.shouldStripAuth(from, to),
  deviations: [
    {
      name: "WHATWG",
      reason:
        "hosts are those that are looked up, as WHATWG reads them; what is no URL to it has no origin, so that none is the same",
      answer: ({ from, to }) => {
        const [a, b] = [Target.parse(from), Target.parse(to)]
        if (a === undefined || b === undefined) return true
        const upgrades = a.protocol === "http:" && b.protocol === "https:" && a.host === b.host && a.port === ""
        return isPlain(from) && isPlain(to) ? undefined : !(a.origin === b.origin || upgrades)
      },
      seenIn: { input: { from: "http://1.2.3.4.5/", to: "http://1.2.3.4.5/x" }, expected: false }
    }
  ]
})
