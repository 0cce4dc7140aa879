import { expect, it } from "vitest"
import { count, extract, located, strangers, title } from "./blocks.js"
import { serve } from "./blocks-server.js"

const guide = `# Guide

\`\`\`ts
import { pipe } from "effect"
\`\`\`

\`\`\`sh
ls
\`\`\`

- a list

  \`\`\`ts no-run
  if (true) {
    never()
  }
  \`\`\`

\`\`\`\`md
\`\`\`ts
inside()
\`\`\`
\`\`\`\`

\`\`\`ts no-check
...
\`\`\`

\`\`\`typescript
import { it } from "@effect/vitest"
it("works", () => {})
\`\`\`
`

const source = `/**
 * A thing. Not an @example of anything.
 *
 * @example
 * import fs from "node:fs"
 *
 * console.assert(fs)
 * @since 1
 */
export const a = 1

/** @example a() */
export const b = "\\n * @example nothing"

/**
 * @example
 * Some words.
 * \`\`\`ts
 * fenced()
 * \`\`\`
 *
 * @example no-run
 * two()
 */
`

it("finds the fences of a page", () => {
  expect(extract("docs/guide/a.md", guide)).toEqual([
    {
      source: "docs/guide/a.md",
      line: 3,
      kind: "run",
      code: 'import { pipe } from "effect"',
      path: "docs/.blocks/docs-guide-a-md/1.ts"
    },
    {
      source: "docs/guide/a.md",
      line: 13,
      kind: "no-run",
      code: "if (true) {\n  never()\n}",
      path: "docs/.blocks/docs-guide-a-md/2.ts"
    },
    { source: "docs/guide/a.md", line: 25, kind: "no-check", code: "...", path: "docs/.blocks/docs-guide-a-md/3.ts" },
    {
      source: "docs/guide/a.md",
      line: 29,
      kind: "test",
      code: 'import { it } from "@effect/vitest"\nit("works", () => {})',
      path: "docs/.blocks/docs-guide-a-md/4.test.ts"
    }
  ])
})

it("finds the examples of a source", () => {
  expect(extract("packages/core/src/a.ts", source).map((one) => [title(one), one.kind, one.code])).toEqual([
    ["packages/core/src/a.ts:4", "run", 'import fs from "node:fs"\n\nconsole.assert(fs)'],
    ["packages/core/src/a.ts:12", "run", "a()"],
    ["packages/core/src/a.ts:18", "run", "fenced()"],
    ["packages/core/src/a.ts:22", "no-run", "two()"]
  ])
})

it("names what an example may not import", () => {
  expect(strangers(extract("packages/core/src/a.ts", source))).toEqual([
    'packages/core/src/a.ts:4 "node:fs": examples import only our packages, effect, @effect/*, node:http and vitest'
  ])
})

it("counts the exceptions", () => {
  expect(count(extract("a.md", guide))).toBe("4 blocks: 1 run, 1 are tests, 1 no-run, 1 no-check")
})

it("translates a compiler's places", () => {
  const output = "docs/.blocks/docs-guide-a-md/2.ts(3,1): error TS1: no"
  expect(located(extract("docs/guide/a.md", guide), output)).toBe("docs/guide/a.md:15: error TS1: no")
})

it("serves the examples", async () => {
  const { close, url } = await serve(0)
  try {
    const get = async (path: string, init?: RequestInit) => {
      const response = await fetch(url + path, { redirect: "manual", ...init })
      return [response.status, await response.text(), response.headers.get("location")]
    }
    expect(await get("/me")).toEqual([200, '{"id":1,"name":"ada"}', null])
    expect(await get("/login", { method: "POST", body: "user=ada" })).toEqual([303, "", "/me"])
    expect(await get("/users?page=3")).toEqual([200, expect.stringContaining('"page":3'), null])
    expect(await get("/echo", { method: "PUT", body: "hi" })).toEqual([200, expect.stringContaining('"hi"'), null])
    expect(await get("/status/204")).toEqual([204, "", null])
    expect(await get("/status/503")).toEqual([503, '{"status":503}', null])
    expect(await get("/redirect/2")).toEqual([302, "", "/redirect/1"])
    expect(await get("/redirect/1")).toEqual([302, "", "/echo"])
    expect(await get("/bytes/3")).toEqual([200, "\u0000\u0001\u0002", null])
    expect(await get("/slow?ms=1")).toEqual([200, '{"ms":1}', null])
    expect(await get("/nowhere")).toEqual([404, expect.any(String), null])
  } finally {
    close()
  }
})
