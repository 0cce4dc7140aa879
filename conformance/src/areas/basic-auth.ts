import { Buffer } from "node:buffer"
import { Rules } from "@effect-requests/core"
import { Schema } from "effect"
import { area } from "../area.js"

export const basicAuth = area({
  name: "basic-auth",
  input: Schema.Struct({ username: Schema.String, password: Schema.String }),
  answer: ({ password, username }) => Rules.basicAuth(username, password),
  deviatesMuch: true,
  deviations: [
    {
      name: "UTF-8",
      reason: "RFC 7617 §2.1: what is beyond ASCII goes as UTF-8, where requests writes Latin-1",
      answer: ({ password, username }) => `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`
    }
  ]
})
