import { STATUS_CODES } from "node:http"
import { Status } from "@effect-requests/core"
import { describe, expect, it } from "vitest"

/** IANA has new names for these; Node has the old ones, and a code that IANA has given up. */
const renamed: Readonly<Record<number, string>> = {
  413: "contenttoolarge",
  422: "unprocessablecontent",
  203: "nonauthoritativeinformation"
}
const givenUp = new Set(["509", "510"])

describe("[UTL-03] codes by name", () => {
  it("are those of IANA, as Node has them", () => {
    const known = Object.entries(STATUS_CODES).filter(([code]) => !givenUp.has(code))
    for (const [code, phrase] of known) {
      const name = renamed[Number(code)] ?? (phrase ?? "").toLowerCase().replace(/[^a-z]/g, "")
      expect([code, Status.nameOf(Number(code))?.toLowerCase()]).toEqual([code, name])
    }
    expect(Object.keys(Status.codes)).toHaveLength(known.length)
  })
  it("are found by code, or not at all", () => {
    expect([Status.codes.tooEarly, Status.nameOf(425), Status.nameOf(299), Status.nameOf(Number.NaN)]).toEqual([
      425,
      "tooEarly",
      undefined,
      undefined
    ])
  })
})
