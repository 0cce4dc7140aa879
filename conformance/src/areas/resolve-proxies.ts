import { Rules } from "@effect-requests/core"
import { Schema } from "effect"
import { area } from "../area.js"
import { Proxies } from "../given.js"

export const resolveProxies = area({
  name: "resolve-proxies",
  input: Schema.Struct({
    url: Schema.String,
    env: Schema.Record({ key: Schema.String, value: Schema.String }),
    proxies: Proxies,
    trustEnv: Schema.Boolean
  }),
  answer: ({ env, proxies, trustEnv, url }) => ({
    chosen: Rules.selectProxy(url, Rules.resolveProxies(url, env, proxies ?? {}, trustEnv))
  }),
  deviatesMuch: true
})
