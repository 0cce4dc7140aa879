import { describe, expect, it } from "vitest"
import { order, show, violations } from "./rooms.js"

const data = "packages/core/src/data/A.ts"
const rule = "packages/core/src/rules/a.ts"
const shell = "packages/core/src/effects/S.ts"

/** A file set, and the lines that it must give: `file:line "import"`, and a word of the reason. */
interface Case {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  readonly gives: ReadonlyArray<readonly [where: string, why: string]>
}

const one = (name: string, file: string, text: string, where: string, why: string): Case => ({
  name,
  files: { [file]: text },
  gives: [[`${file}:${where}`, why]]
})

const impure = (text: string, what: string): Case => one(`rules: ${what}`, rule, `\n${text}`, `2 ${what}`, "facts are")

const cases: ReadonlyArray<Case> = [
  {
    name: "a house in order",
    files: {
      [data]: 'import { Effect, Stream } from "effect"\nexport const a = Effect.succeed(Stream.empty)',
      "packages/core/src/data/B.ts": 'import type { a } from "./A.js"\nexport type B = typeof a',
      [rule]:
        'import { Data, type Option, pipe } from "effect"\nimport * as E from "effect/Either"\nimport { dual } from "effect/Function"\n' +
        'import { Cookie } from "tough-cookie"\nimport { B } from "../data/B.js"\nexport const a = (now: Date) => new Date(now)',
      [shell]:
        'import { Effect } from "effect"\nimport * as a from "../rules/a.js"\nexport const now = () => Date.now()',
      "packages/core/src/index.ts": 'export * as S from "./effects/S.js"\nexport * as A from "./data/A.js"',
      "packages/node/src/index.ts":
        'import { S } from "@effect-requests/core"\nimport fs from "node:fs"\nimport "undici"',
      "packages/testing/src/index.ts": 'export type { S } from "@effect-requests/core"',
      "packages/core/test/rules/a.test.ts":
        'import { a } from "../../src/rules/a.js"\nimport { Stub } from "@effect-requests/testing"'
    },
    gives: []
  },

  one("data → rules", data, 'import { a } from "../rules/a.js"', '1 "../rules/a.js"', '"data" may not'),
  one(
    "data → effects, as a type",
    data,
    '\nimport type { S } from "../effects/S.js"',
    '2 "../effects/S.js"',
    "may not"
  ),
  one("data → the index", data, 'import { A } from "../index.js"', '1 "../index.js"', '"core", which stands above'),
  one(
    "data → core by its name",
    data,
    'import { A } from "@effect-requests/core"',
    '1 "@effect-requests/core"',
    "above"
  ),
  one("rules → effects", rule, 'import { S } from "../effects/S.js"', '1 "../effects/S.js"', '"rules" may not'),
  one("rules → effects, re-exported", rule, 'export { S } from "../effects/S.js"', '1 "../effects/S.js"', "may not"),
  one("rules → effects, all of it", rule, 'export * from "../effects/S.js"', '1 "../effects/S.js"', "may not"),
  one(
    "rules → effects, re-exported type",
    rule,
    'export type { S } from "../effects/S.js"',
    '1 "../effects/S.js"',
    "may"
  ),
  one("rules → effects, import()", rule, 'const s = () => import("../effects/S.js")', '1 "../effects/S.js"', "may not"),
  one("rules → effects, import type", rule, 'type S = import("../effects/S.js").S', '1 "../effects/S.js"', "may not"),
  one("rules → effects, import =", rule, 'import S = require("../effects/S.js")', '1 "../effects/S.js"', "may not"),
  one("core → node", shell, 'import { N } from "@effect-requests/node"', '1 "@effect-requests/node"', "may not"),
  one(
    "core → testing, by path",
    shell,
    'import "../../../testing/src/T.js"',
    '1 "../../../testing/src/T.js"',
    "may not"
  ),
  one(
    "node → testing",
    "packages/node/src/N.ts",
    'import type { T } from "@effect-requests/testing"',
    '1 "@effect-requests/testing"',
    "do not know each other"
  ),
  one(
    "testing → node",
    "packages/testing/src/T.ts",
    'import { N } from "../../node/src/N.js"',
    '1 "../../node/src/N.js"',
    "do not know each other"
  ),
  one("src → test", shell, 'import { t } from "../../test/t.js"', '1 "../../test/t.js"', '"tests and tools"'),
  one("src → bench", shell, 'import { t } from "../../../../bench/t.js"', '1 "../../../../bench/t.js"', "tests and"),

  {
    name: "a circle of three files, one edge a type",
    files: {
      [data]: 'import "./B.js"',
      "packages/core/src/data/B.ts": 'export type { C } from "./C.js"',
      "packages/core/src/data/C.ts": 'import type { A } from "./A.js"\nexport type C = A'
    },
    gives: [['packages/core/src/data/C.ts:1 "./A.js"', "a circle: packages/core/src/data/A.ts → "]]
  },
  {
    name: "a file that imports itself by its package's name",
    files: { "packages/node/src/index.ts": 'import "@effect-requests/node"' },
    gives: [['packages/node/src/index.ts:1 "@effect-requests/node"', "a circle"]]
  },

  one("rules: Effect", rule, 'import { Effect } from "effect"', '1 "effect"', "Effect is not on the list"),
  one(
    "rules: Effect under a name",
    rule,
    'import { Effect as E, Option } from "effect"',
    '1 "effect"',
    "Effect is not"
  ),
  one("rules: Stream, as a type", rule, 'import type { Stream } from "effect"', '1 "effect"', "Stream is not"),
  one("rules: Ref, as an inline type", rule, 'import { Option, type Ref } from "effect"', '1 "effect"', "Ref is not"),
  one("rules: the module of Layer", rule, 'import * as Layer from "effect/Layer"', '1 "effect/Layer"', "Layer is not"),
  one("rules: all of effect", rule, 'import * as E from "effect"', '1 "effect"', "name what it takes"),
  one("rules: all of effect, re-exported", rule, 'export * from "effect"', '1 "effect"', "name what it takes"),
  one("rules: Context, re-exported", rule, 'export { Context } from "effect"', '1 "effect"', "Context is not"),
  one("rules: Clock in an import type", rule, 'type C = import("effect").Clock.Clock', '1 "effect"', "Clock is not"),
  one("rules: effect by import()", rule, 'const e = import("effect")', '1 "effect"', "name what it takes"),
  one("rules: the platform", rule, 'import { Url } from "@effect/platform"', '1 "@effect/platform"', "no platform"),
  impure("const a = Date.now()", "Date.now"),
  impure("const a = globalThis.Date.now()", "globalThis.Date.now"),
  impure("const a = new Date()", "new Date()"),
  impure("const a = Date()", "Date()"),
  impure("const a = Math.random()", "Math.random"),
  impure('const a = Math["random"]()', 'Math["random"]'),
  impure("const a = process.env", "process.env"),
  impure("const a = crypto.randomUUID()", "crypto.randomUUID"),
  impure("const a = globalThis.crypto.subtle", "globalThis.crypto.subtle"),
  impure('console.log("a")', "console.log"),
  impure('fetch("a")', 'fetch("a")'),

  one("core: a Node built-in", shell, 'import { a } from "node:fs"', '1 "node:fs"', "no Node built-in"),
  one("core: a built-in without node:", data, 'import type { A } from "fs/promises"', '1 "fs/promises"', "no Node"),
  one("core: undici", shell, 'import type { Dispatcher } from "undici"', '1 "undici"', "a platform's package"),
  one(
    "core: platform-node",
    shell,
    'import "@effect/platform-node/Node"',
    '1 "@effect/platform-node/Node"',
    "platform's"
  ),
  one("core: Node's types", data, '\n/// <reference types="node" />', '2 "node"', "no Node")
]

describe("rooms", () => {
  it.each(cases)("$name", ({ files, gives }) => {
    const found = violations(new Map(Object.entries(files))).map(show)
    expect(found).toHaveLength(gives.length)
    gives.forEach(([where, why], n) => {
      expect(found[n]).toContain(`${where}: `)
      expect(found[n]).toContain(why)
    })
  })

  it("says file, line, import and reason in one line", () => {
    expect(violations(new Map([[rule, '\n\nimport { Effect } from "effect"']])).map(show)).toEqual([
      'packages/core/src/rules/a.ts:3 "effect": a rule is pure: Effect is not on the list of scripts/rooms.ts'
    ])
  })

  it("holds each path in one room", () => {
    const paths = order.flatMap((rooms) => rooms.flatMap((room) => room.paths))
    expect(new Set(paths).size).toBe(paths.length)
  })
})
