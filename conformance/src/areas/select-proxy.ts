import { Rules } from "@effect-requests/core"
import { Schema } from "effect"
import { area } from "../area.js"
import { Proxies } from "../given.js"

export const selectProxy = area({
  name: "select-proxy",
  input: Schema.Struct({ url: Schema.String, proxies: Proxies }),
  answer: ({ proxies, url }) => Rules.selectProxy(url, proxies ?? {})
})
