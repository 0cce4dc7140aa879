import { readFileSync } from "node:fs"
import { Option } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { getNetrcAuth, netrcFor } from "../../src/rules/netrc.js"

interface Vectors {
  readonly cases: ReadonlyArray<{
    readonly input: { readonly file: string; readonly url: string }
    readonly expected: readonly [string, string] | null
  }>
}
const vectors: Vectors = JSON.parse(
  readFileSync(new URL("../../../../conformance/vectors/netrc.json", import.meta.url), "utf8")
)

describe("getNetrcAuth", () => {
  it.each(vectors.cases)("as requests: $input", ({ input, expected }) => {
    expect(Option.getOrNull(getNetrcAuth(input.file, input.url))).toEqual(expected)
  })

  it("looks up the host of a URL, never what stands before it (CVE-2024-47081)", () => {
    const file = "machine example.com login u password p"
    expect(Option.isNone(getNetrcAuth(file, "http://example.com:@evil.test/"))).toBe(true)
    expect(Option.isSome(getNetrcAuth(file, "http://evil.test:x@example.com/"))).toBe(true)
    expect(Option.isNone(getNetrcAuth("default login u password p", "no URL"))).toBe(true)
  })

  it("takes the last of several, as Python", () => {
    expect(Option.getOrNull(getNetrcAuth("machine a.test login 1 machine a.test login 2", "http://a.test"))).toEqual([
      "2",
      ""
    ])
  })
})

describe("[NRC-10] a file as Python reads it, and as a tolerant reader does", () => {
  const of = (text: string, reading: "tolerant" | "asPython") =>
    Option.getOrNull(
      Option.map(netrcFor(text, "h.test", { allowDefault: true, reading }), ({ login, password }) => [login, password])
    )
  const entry = "machine h.test login u password"

  it.each<[what: string, text: string, python: ReadonlyArray<string> | null]>([
    ["a comment of one word between entries", `#one\n${entry} p`, ["u", "p"]],
    ["a comment behind its own mark", `# two words\n${entry} p`, ["u", "p"]],
    ["a comment of several words between entries", `#two words\n${entry} p`, null],
    ["a comment behind a value", `${entry} p # two words`, ["u", "p"]],
    ["a comment behind a quoted value", `${entry} "p" # two words`, ["u", "p"]],
    ["a comment in the line after a value", `${entry} p\n# two words`, ["u", "p"]],
    ["a comment in the line after a quoted value", `${entry} "p"\n# two words`, null],
    ["a comment of its mark alone there", `${entry} "p"\n#\n`, ["u", "p"]],
    ["a comment behind an empty line", `${entry} p\n\n# two words`, null],
    ["a macro whose name is in quotes", `macdef "m"\n${entry} p`, ["u", "p"]]
  ])("%s", (_, text, python) => {
    expect(of(text, "asPython")).toEqual(python)
    expect(Option.getOrNull(getNetrcAuth(text, "https://h.test/"))).toEqual(python)
  })
  it.each([
    `#two words\n${entry} p`,
    `${entry} "p"\n# two words`,
    `${entry} p\n\n# two words\n\nmachine o.test login o`,
    `macdef "m"\nx\n\n${entry} p`
  ])("a tolerant one finds the entry of %j", (text) => expect(of(text, "tolerant")).toEqual(["u", "p"]))

  it("`machine default` is Python's default entry, and else a host of that name", () => {
    const text = "machine default login d password p"
    expect(of(text, "asPython")).toEqual(["d", "p"])
    expect(of(text, "tolerant")).toBeNull()
  })
  it("what Python finds a tolerant reader finds too, comments or not", () => {
    const comment = fc.constantFrom("#", "#x", "# x", "# x y", "#x y").map((text) => ` ${text}\n`)
    const gap = fc.oneof(
      { arbitrary: fc.constantFrom(" ", "\n", "\n\n", "\t"), weight: 3 },
      { arbitrary: comment, weight: 1 }
    )
    const value = fc.constantFrom("a", "b1", '"c d"')
    const field = fc.tuple(fc.constantFrom("login", "password", "account"), value, gap, gap)
    const line = fc
      .tuple(gap, fc.array(field))
      .map(([first, fields]) =>
        [
          "machine h.test",
          first,
          ...fields.flatMap(([name, text, after, last]) => [name, " ", text, after, last])
        ].join("")
      )
    fc.assert(
      fc.property(line, (text) => {
        const python = of(text, "asPython")
        if (python !== null) expect(of(text, "tolerant")).toEqual(python)
      })
    )
  })
})

describe("netrcFor", () => {
  const of = (text: string, host = "h.test", allowDefault = true) =>
    Option.getOrNull(
      Option.map(netrcFor(text, host, { allowDefault }), ({ login, password }) => `${login}:${password}`)
    )

  it.each<[what: string, text: string, found: string | null]>([
    ["nothing", "", null],
    ["one line", "machine h.test login u password p", "u:p"],
    ["several lines, CRLF", "machine h.test\r\n\tlogin u\r\n\tpassword p\r\n", "u:p"],
    ["user for login", "machine h.test user u password p", "u:p"],
    ["an account for a missing login", "machine h.test account a password p", "a:p"],
    ["a login before an account", "machine h.test account a login u password p", "u:p"],
    ["a password alone", "machine h.test password p", ":p"],
    ["the first match", "machine h.test login 1 machine h.test login 2", "1:"],
    ["an upper-case machine, which names no host", "machine H.test login u password p", null],
    ["a machine with a port, which names no host", "machine h.test:80 login u password p", null],
    ["an entry without anything (#7205)", "machine h.test default login d password d", null],
    ["an empty default", "default", null],
    ["empty words in quotes", 'machine h.test login "" password ""', null],
    ["quotes", 'machine h.test login "a b" password "c\\"d"', 'a b:c"d'],
    ["a backslash", "machine h.test login a\\ b password c\\", "a b:c"],
    ["a quote that never ends", 'machine h.test login u password "p q', "u:p q"],
    ["a comment", "# a comment\n\n#another one\nmachine h.test # here too\nlogin u #and here\npassword p", "u:p"],
    ["an entry in a comment", "#machine h.test login x password x\nmachine h.test login u password p", "u:p"],
    ["a password like a comment", "machine h.test login u password #p", "u:#p"],
    ["a macro", "macdef init\nmachine h.test login x\n\nmachine h.test login u password p", "u:p"],
    ["a macro after an entry", "machine h.test login u password p\nmacdef init\ncd /\n\n", "u:p"],
    ["a macro without an end", "machine h.test login u password p\nmacdef init\ncd /", null],
    ["a word that is none", "machine h.test login u password p\nhello", null],
    ["a machine without a name", "machine h.test login u password p\nmachine", null],
    ["the default", "machine o.test login o default login d password p", "d:p"],
    ["the default in front", "default login d password p machine h.test login u password p", "u:p"]
  ])("%s", (_, text, found) => expect(of(text)).toBe(found))

  it("knows hosts without case, and addresses with and without brackets", () => {
    expect(of("machine h.test login u", "H.TEST")).toBe("u:")
    expect(of("machine ::1 login u", "[::1]")).toBe("u:")
    expect(of("default login u", "")).toBeNull()
  })

  it("leaves the default out where it is not allowed", () => {
    expect(of("default login d password p", "h.test", false)).toBeNull()
    expect(of("machine default login d password p", "h.test", false)).toBeNull()
    expect(of("machine h.test login u default login d", "h.test", false)).toBe("u:")
  })

  it("reads back what was written, whatever it is", () => {
    const quoted = (text: string) => `"${text.replace(/[\\"]/g, "\\$&")}"`
    const word = fc.string().map((text) => text.replace(/\r/g, ""))
    fc.assert(
      fc.property(word, word, fc.constantFrom(" ", "\n", "\r\n  "), (login, password, gap) => {
        const text = ["machine", "h.test", "login", quoted(login), "password", quoted(password)].join(gap)
        expect(of(text)).toBe(login + password === "" ? null : `${login}:${password}`)
      })
    )
  })

  it("never throws, and gives a host's own credentials to no other", () => {
    const word = fc.constantFrom(
      "machine",
      "default",
      "login",
      "password",
      "macdef",
      '"',
      "\\",
      "#",
      "\n",
      "h.test",
      "x",
      ""
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join(" "))
        ),
        (text) => {
          of(text)
          expect(of(text, "other.test", false)).toBeNull()
        }
      )
    )
  })

  it("throws at nothing, however long (bench:linear has the times)", () => {
    const long = () => {
      for (const unit of [
        "machine a login b ",
        '"',
        "\\",
        "# ",
        "macdef x\n",
        "default ",
        "\n",
        "x",
        "#x\n",
        "macdef x\n\n"
      ]) {
        of(unit.repeat(2 ** 20 / unit.length))
      }
    }
    expect(long).not.toThrow()
  })
})
