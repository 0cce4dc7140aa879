import { Rules } from "@effect-requests/core"
import { Schema } from "effect"
import { area } from "../area.js"
import { Proxies } from "../given.js"
import { bypasses, bypassesNot } from "./no-proxy.js"

const Input = Schema.Struct({
  url: Schema.String,
  env: Schema.Record({ key: Schema.String, value: Schema.String }),
  proxies: Proxies,
  trustEnv: Schema.Boolean
})

export const resolveProxies = area({
  name: "resolve-proxies",
  input: Input,
  answer: ({ env, proxies, trustEnv, url }) => ({
    chosen: Rules.selectProxy(url, Rules.resolveProxies(url, env, proxies ?? {}, trustEnv))
  }),
  deviatesMuch: true,
  deviations: [
    {
      name: "NO_PROXY",
      reason: "an entry of NO_PROXY means here what it means in no-proxy: IPv6 and ports are known",
      answer: ({ env, proxies, trustEnv, url }) => {
        const noProxy = proxies?.["no_proxy"] ?? (env["no_proxy"] || env["NO_PROXY"] || "")
        if (bypasses({ noProxy, url })) return { chosen: Rules.selectProxy(url, proxies ?? {}) }
        if (bypassesNot({ noProxy, url }) === undefined) return undefined
        const { NO_PROXY: _upper, no_proxy: _lower, ...others } = env
        const { no_proxy: _own, ...given } = proxies ?? {}
        return { chosen: Rules.selectProxy(url, Rules.resolveProxies(url, others, given, trustEnv)) }
      },
      seenIn: {
        input: {
          url: "http://[::1]/",
          env: { no_proxy: "[::1]", http_proxy: "http://p:1" },
          proxies: {},
          trustEnv: true
        },
        expected: { chosen: "http://p:1" }
      }
    }
  ]
})
