import { Rules } from "@effect-requests/core"
import { Schema } from "effect"
import { area } from "../area.js"
import { Proxies } from "../given.js"
import { bypasses } from "./no-proxy.js"

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
      answer: ({ env, proxies, url }) => {
        const noProxy = proxies?.["no_proxy"] ?? (env["no_proxy"] || env["NO_PROXY"] || "")
        return bypasses({ noProxy, url }) ? { chosen: Rules.selectProxy(url, proxies ?? {}) } : undefined
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
