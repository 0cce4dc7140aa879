/** No public function of these namespaces throws: every answer is a value or a typed error. */
import * as Core from "@effect-requests/core"
import { describe, expect, it } from "vitest"
import { callFeeds } from "./calls.js"
import { codingFeeds } from "./codings.js"
import { runs, seed } from "./feeding.js"
import { textFeeds } from "./texts.js"
import { transportFeeds } from "./transports.js"

const feeds = [...textFeeds, ...callFeeds, ...codingFeeds, ...transportFeeds]

const spaces = [
  "Challenge",
  "Charset",
  "Cookie",
  "Cookies",
  "CookiesTxt",
  "Digest",
  "Disclosure",
  "Environment",
  "Explanation",
  "Headers",
  "Json",
  "Lines",
  "Links",
  "Multipart",
  "Params",
  "Rules",
  "SavedResponse",
  "Snapshot",
  "Target",
  "Timeout"
]

/** What is not fed, and why not. */
const unfed: Readonly<Record<string, string>> = {
  "Cookie.Cookie": "a class: it holds what it is given",
  "Cookie.CookieConflict": "an error",
  "Cookie.InvalidCookie": "an error",
  "Disclosure.conceal": "of errors: it changes how they are listed",
  "Environment.Environment": "a class: it holds what it is given",
  "Explanation.removes": "a constructor: it holds what it is given",
  "Explanation.sets": "a constructor: it holds what it is given",
  "Explanation.withholds": "a constructor: it holds what it is given",
  "Params.Params": "a class: it holds what it is given",
  "Snapshot.InvalidSnapshot": "an error",
  "Snapshot.SavedCookies": "a Schema",
  "Snapshot.Unsaveable": "an error",
  "Snapshot.schema": "a Schema, of seal and restore",
  "Target.Target": "a class: it holds what it is given"
}

describe(`${runs} cases for each function (FUZZ_SEED=${seed} repeats them)`, () => {
  it("every exported function is fed, and is there", () => {
    const exported = Object.entries<object>(Core).flatMap(([space, members]) =>
      Object.entries(members).flatMap(([name, member]) =>
        spaces.includes(space) && typeof member === "function" ? [`${space}.${name}`] : []
      )
    )
    const fed = feeds.flatMap(({ names }) => names)
    expect([...fed, ...Object.keys(unfed)].sort()).toEqual(exported.sort())
  })

  it.each(feeds)(
    "$grammar",
    async ({ run }) => {
      await run()
    },
    60_000 + runs * 200
  )
})
