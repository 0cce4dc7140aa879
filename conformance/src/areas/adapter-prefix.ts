import { Rules, Target } from "@effect-requests/core"
import { Schema } from "effect"
import { area } from "../area.js"
import { sameError, sameFields, sameJson } from "../compare.js"

const Input = Schema.Struct({ mounts: Schema.Array(Schema.String), url: Schema.String })
type Input = typeof Input.Type

const none = { error: "NoAdapter" }

const hrefOf = (url: string): string => Target.parse(url)?.href ?? url

/** Without the port that its scheme has anyway. */
const withoutPort = (mount: string): string =>
  mount.replace(/^(?:(http:\/\/[^/?#]*):80|(https:\/\/[^/?#]*):443)(?!\d)/, "$1$2")

/** The longest mount that ends where a part of the URL ends, as WHATWG writes it. */
const atBoundary = ({ mounts, url }: Input): unknown => {
  const text = hrefOf(url).toLowerCase()
  const covering = mounts.filter((mount) => {
    const prefix = withoutPort(mount.toLowerCase())
    return (
      text.startsWith(prefix) &&
      (prefix === "" || prefix.endsWith("/") || /^(?:[/:?#]|$)/.test(text.slice(prefix.length)))
    )
  })
  return covering.sort((a, b) => b.length - a.length)[0] ?? none
}

export const adapterPrefix = area({
  name: "adapter-prefix",
  input: Input,
  answer: ({ mounts, url }) => Rules.longestPrefix(mounts, hrefOf(url)) ?? none,
  same: sameFields(sameJson, { error: sameError({ NoAdapter: ["InvalidSchema"] }) }),
  deviatesMuch: true,
  deviations: [
    {
      name: "boundary",
      reason:
        "a mount ends where a host, a port or a segment ends, and the scheme's own port is none: http://git does not serve gitlab.com",
      answer: atBoundary
    }
  ]
})
