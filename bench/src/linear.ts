/**
 * `pnpm bench:linear`: every parser on 1/4, 1/2 and 1 MiB of what is hostile to it. Twice the text may take twice the time
 * (ratio 2), not four times; names given as arguments choose parsers. Measured here, and in no test: a time limit in a test
 * fails on a busy machine.
 *
 * @module
 */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import {
  Challenge,
  Charset,
  Cookies,
  Disclosure,
  Headers,
  Lines,
  Links,
  Multipart,
  Params,
  Request,
  Rules,
  Target
} from "@effect-requests/core"
import { Hops } from "@effect-requests/testing"
import { Chunk, Effect, Either, Stream } from "effect"

const mebi = 2 ** 20
const sizes = [mebi / 4, mebi / 2, mebi]

/** Above these a row is marked; below `least` ms at 1 MiB a ratio says nothing. */
const limits = { ratio: 3, ms: 1000, least: 20 }

const patterns: ReadonlyArray<string> = [
  ";",
  ",",
  '"',
  "%",
  "\\",
  '\\"',
  "=",
  " ",
  "\t",
  "a",
  "é",
  "<",
  ">",
  "@",
  ":",
  "/",
  ".",
  "?",
  "&",
  "#",
  "'",
  "*",
  "[",
  "\r",
  "\n",
  "\r\n",
  "\0",
  "\ud800",
  "; ",
  ", ",
  ' "',
  "a=",
  "a ",
  "a;",
  "a,",
  "a.",
  "a=,",
  'a="',
  ';a="',
  "%41",
  "%zz",
  "%e2",
  "<,",
  "<>;",
  "=,",
  "; charset",
  "; boundary=",
  "machine ",
  "machine a ",
  "macdef a\n\n",
  "#\n",
  "login ",
  "\\\n"
]

interface Parser {
  readonly name: string
  /** What may be done with the text beforehand; only the function that comes back is measured. */
  readonly on: (text: string) => () => unknown
}

const at = Target.fromUrl(new URL("https://www.example.test/"))
const call = Hops.call("GET", "https://www.example.test/a")
const digest = "Digest realm=r, nonce=n, "
const noProxyHosts = ["http://www.example.test/", "http://192.168.1.1/", "http://[::1]/"]

const parser = (name: string, run: (text: string) => unknown): Parser => ({ name, on: (text) => () => run(text) })

const stream = (text: string, piece: number): Stream.Stream<Uint8Array> => {
  const bytes = new TextEncoder().encode(text)
  const count = Math.ceil(bytes.length / piece)
  return Stream.fromChunk(
    Chunk.fromIterable(Array.from({ length: count }, (_, i) => bytes.subarray(i * piece, (i + 1) * piece)))
  )
}

const parsers: ReadonlyArray<Parser> = [
  parser("Challenge.parse", (text) => Challenge.parse([text])),
  parser("Challenge.parse, after a Digest", (text) => Challenge.parse([digest + text])),
  parser("Challenge.parseDictHeader", Challenge.parseDictHeader),
  parser("Links.parse", Links.parse),
  parser("Links.parse, within a link", (text) => Links.parse(`<a>; rel=b${text}`)),
  parser("Links.parse, title*", (text) => Links.parse(`<a>; title*=UTF-8''${text}`)),
  parser("Links.parseHeaderLinks", Links.parseHeaderLinks),
  parser("Charset.fromContentType", (text) => Charset.fromContentType(`text/html${text}`)),
  parser("Charset.getEncodingFromHeaders", (text) => Charset.getEncodingFromHeaders(`text/html${text}`)),
  parser("Charset.detect", (text) => Charset.detect(new Uint8Array(), text)),
  parser("Cookies.store", (text) => Cookies.store(Cookies.empty, at, [text], 0)),
  parser("Cookies.store, attributes", (text) =>
    Cookies.store(Cookies.empty, at, [`a=b; Domain=${text}; Path=${text}; ${text}`], 0)
  ),
  parser("Cookies.store, Expires", (text) => Cookies.store(Cookies.empty, at, [`a=b; Expires=${text}`], 0)),
  parser("Rules.netrcFor", (text) => Rules.netrcFor(text, "www.example.test", { allowDefault: true })),
  parser("Rules.netrcFor, in an entry", (text) =>
    Rules.netrcFor(`machine a login ${text}`, "www.example.test", { allowDefault: true })
  ),
  parser("Rules.getNetrcAuth", (text) => Rules.getNetrcAuth(text, "https://www.example.test/")),
  parser("Rules.shouldBypassProxies", (text) => noProxyHosts.map((url) => Rules.shouldBypassProxies(url, text))),
  parser("Rules.proxyUrl", (text) => Rules.proxyUrl(text)),
  parser("Rules.proxyUrl, a host", (text) => Rules.proxyUrl(`http://${text}`)),
  parser("Rules.getAuthFromUrl", (text) => Rules.getAuthFromUrl(`http://${text}:${text}@h.test`)),
  parser("Rules.requoteUri", Rules.requoteUri),
  parser("Rules.parseUrl", (text) => Rules.parseUrl(text, undefined, "url")),
  parser("Rules.parseUrl, a host", (text) => Rules.parseUrl(`https://${text}`, undefined, "url")),
  parser("Rules.parseUrl, a path", (text) => Rules.parseUrl(`https://h.test/${text}`, undefined, "url")),
  parser("Rules.parseUrl, a query", (text) => Rules.parseUrl(`https://h.test/?${text}`, undefined, "url")),
  parser("Rules.parseUrl, a scheme", (text) => Rules.parseUrl(`a${text}:${text}`, undefined, "url")),
  parser("Rules.getRedirectTarget", (text) => Rules.getRedirectTarget(302, ["Location", text])),
  {
    name: "Rules.redirect",
    on: (text) => {
      const hop = Hops.answered(call, { status: 302, headers: { Location: text } })
      return () => Rules.redirect(hop)
    }
  },
  {
    name: "Rules.redirect, another path",
    on: (text) => {
      const hop = Hops.answered(call, { status: 302, headers: { Location: `/${text}` } })
      return () => Rules.redirect(hop)
    }
  },
  {
    name: "Rules.redirect, many fields",
    on: (text) => {
      const fields = Array.from(
        { length: 4096 },
        (_, i) => ["Location", text.slice(i, i + text.length / 4096)] as const
      )
      const hop = Hops.answered(call, { status: 302, headers: fields })
      return () => Rules.redirect(hop)
    }
  },
  parser("Rules.withBoundary", (text) => Rules.withBoundary(`multipart/form-data${text}`, "b")),
  parser("Rules.covers", (text) => Rules.covers(`http://${text}`, `http://${text}:80`)),
  parser("Rules.retryAfter", (text) => Rules.retryAfter(`Mon, ${text}`, 0)),
  parser("Disclosure.url", Disclosure.url),
  parser("Disclosure.url, an authority", (text) => Disclosure.url(`https://${text}`)),
  parser("Headers.isValue", Headers.isValue),
  parser("Lines.step", (text) => Lines.end(Lines.step(Lines.start(), text)[0])),
  parser("Lines.step, a delimiter", (text) => Lines.end(Lines.step(Lines.start(text.slice(0, 64) + "z"), text)[0])),
  parser("Lines.start, a delimiter", (text) => Lines.start(text)),
  ...["utf-8", "utf-16", "utf-32", "gb18030", "iso-8859-1"].map((encoding) => ({
    name: `Lines.fromStream, ${encoding} in 1024 pieces`,
    on: (text: string) => {
      const bytes = stream(text, Math.ceil(text.length / 1024))
      return () => Effect.runSync(Stream.runDrain(Lines.fromStream(bytes, encoding)))
    }
  })),
  parser("Rules.multipart, a name", (text) => Rules.multipart([Multipart.field(text, "")], "boundary")),
  parser("Rules.multipart, a filename", (text) =>
    Rules.multipart([Multipart.file("a", "", { filename: text })], "boundary")
  ),
  parser("Rules.multipart, a content", (text) => Rules.multipart([Multipart.field("a", text)], text.slice(0, 70))),
  parser("Rules.multipart, a Content-Type", (text) =>
    Rules.multipart([Multipart.file("a", "", { contentType: text })], "b")
  ),
  parser("Rules.withParams", (text) =>
    Rules.withParams(
      new URL("https://h.test/"),
      Params.make([
        [text, text],
        ["a", text]
      ])
    )
  ),
  parser("Rules.prepare, a header", (text) =>
    Rules.prepare(
      Request.get("https://h.test/", { headers: { a: text, Cookie: text }, cookies: { b: "1" } }),
      Hops.facts()
    )
  ),
  {
    name: "Rules.userinfoAuth",
    on: (text) => {
      const url = Either.getOrElse(
        Rules.parseUrl(`https://${text.slice(0, 4000)}:p@h.test/`, undefined, "url"),
        () => new URL("https://h.test/")
      )
      return () => Rules.userinfoAuth(text, url)
    }
  }
]

setFlagsFromString("--expose-gc")
const collected: unknown = runInNewContext("gc")
/** What one round leaves behind is not to be swept in the next. */
const sweep = () => {
  if (typeof collected === "function") collected()
}

/** In ms of CPU, since a busy machine makes one wait; the least of some, since the others were disturbed. */
const measure = ({ on }: Parser, text: string, rounds = 3): number => {
  const run = on(text)
  let best = Infinity
  let spent = 0
  for (let round = 0; round < rounds && spent < 100; round += 1) {
    sweep()
    const begun = process.cpuUsage()
    run()
    const { system, user } = process.cpuUsage(begun)
    const took = (system + user) / 1000
    spent += took
    best = Math.min(best, took)
  }
  return best
}

const filled = (pattern: string, size: number): string =>
  pattern.repeat(Math.ceil(size / pattern.length)).slice(0, size)

interface Row {
  readonly pattern: string
  readonly times: ReadonlyArray<number>
  /** Of the last doubling, or the mean of both if that is less: what is quadratic has 4 in both, a full heap in one of them. */
  readonly ratio: number
}

const wanted = process.argv.slice(2).filter((argument) => argument !== "--")
const chosen = parsers.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)))

const rowOf = (parser: Parser, pattern: string): Row => {
  const times: Array<number> = []
  for (const size of sizes) {
    const ms = measure(parser, filled(pattern, size))
    times.push(ms)
    // What is quadratic is known by then, and nobody wants to wait for the rest.
    if (ms > 10 * limits.ms) break
  }
  const [first = 0, before = 0, last = 0] = [times[0], times.at(-2), times.at(-1)]
  const mean = (last / first) ** (1 / Math.max(1, times.length - 1))
  return { pattern, times, ratio: Math.min(mean, last / before) }
}

const isSlow = ({ ratio, times }: Row): boolean => {
  const last = times.at(-1) ?? 0
  return last > limits.ms || (last > limits.least && ratio > limits.ratio)
}

const line = (name: string, pattern: string, ...numbers: ReadonlyArray<string>): string =>
  [name.padEnd(36), pattern.padEnd(14), ...numbers.map((text) => text.padStart(9))].join(" ")

const shown = (name: string, { pattern, ratio, times }: Row): string =>
  line(name, JSON.stringify(pattern), ...sizes.map((_, i) => times[i]?.toFixed(1) ?? "-"), ratio.toFixed(1))

console.log(`ms of CPU; of ${patterns.length} patterns the worst`)
console.log(line("parser", "pattern", "1/4 MiB", "1/2 MiB", "1 MiB", "ratio"))

const slow: Array<string> = []
for (const parser of chosen) {
  const quarter = patterns
    .map((pattern) => ({ pattern, ms: measure(parser, filled(pattern, mebi / 4), 1) }))
    .sort((a, b) => b.ms - a.ms)
  // The square of so little stays little.
  const rows = quarter
    .filter(({ ms }, i) => i === 0 || ms > limits.least / 4)
    .map(({ pattern }) => rowOf(parser, pattern))
  const [worst] = [...rows].sort((a, b) => (b.times.at(-1) ?? 0) - (a.times.at(-1) ?? 0))
  if (worst !== undefined) console.log(shown(parser.name, worst))
  // Twice, since the second measure tells a slow parser from a disturbed one.
  const again = rows.filter(isSlow).map(({ pattern }) => rowOf(parser, pattern))
  slow.push(...again.filter(isSlow).map((row) => shown(parser.name, row)))
}
console.log(
  `\nslower than ${limits.ms} ms at 1 MiB, or a ratio above ${limits.ratio} (and ${limits.least} ms): ${slow.length}`
)
for (const row of slow) console.log(row)
