import { readFileSync } from "node:fs"
import { Version } from "@effect-requests/core"
import { expect, it } from "vitest"

it("the User-Agent names the version of package.json", () => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))
  expect(Version.version).toBe(version)
})
