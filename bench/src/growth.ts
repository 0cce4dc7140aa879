/**
 * `pnpm bench:growth FOLDER`: the cost against what may grow, one table and one picture each, in CPU microseconds. The tables are
 * written out, the pictures into the folder.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { Adapter, Answer, Cookies, Environment, Request, Rules, Session, SessionState } from "@effect-requests/core"
import { Effect } from "effect"
import { type Contender, plain } from "./contender.js"
import { median, rounded } from "./figures.js"
import { asked, jarOf } from "./jars.js"
import { markdown } from "./markdown.js"
import { type Point, picture } from "./picture.js"
import { rounds } from "./rounds.js"
import { start } from "./server.js"
import { getJson, session, type Use } from "./sessions.js"

/** What grows, and who is measured at each size. */
interface Curve {
  readonly file: string
  readonly title: string
  readonly grows: string
  readonly sizes: ReadonlyArray<number>
  readonly at: (size: number) => Contender | Promise<Contender>
  /** How often each is done in a round, and how many at once. */
  readonly count: (size: number) => number
  readonly concurrency?: (size: number) => number
}

const server = await start()
const using = (use: (size: number) => Use) => (size: number) => session(String(size), server.origin, use(size))

const silent = Adapter.fromWhole(
  () => Effect.succeed({ status: 200, reason: "", rawHeaders: [], content: Answer.whole(new Uint8Array()) }),
  new Set(["deadline"])
)

/** A session of so many mounts, none of which serves what is asked, over an adapter that answers at once. */
const mounted = async (size: number): Promise<Contender> => {
  const session = await Effect.runPromise(Effect.provideService(Session.make(), Adapter.Adapter, silent))
  for (let i = 0; i < size; i++) await Effect.runPromise(session.mount(`https://site${i}.example.org/`, silent))
  const get = session.get(asked.href)
  return { name: String(size), run: plain(() => Effect.runSync(get)) }
}

const fields = (size: number) => Object.fromEntries(Array.from({ length: size }, (_, i) => [`X-Field-${i}`, `${i}`]))

/** Fields of the request itself: nothing of them was met before. */
const prepared = (size: number): Contender => {
  const facts = { state: SessionState.empty, environment: Environment.empty, now: 0, nonce: "" }
  const request = Request.get(asked.href, { headers: fields(size) })
  return { name: String(size), run: plain(() => Rules.prepare(request, facts)) }
}

const curves: ReadonlyArray<Curve> = [
  {
    file: "jar",
    title: "Cookie field of one URL",
    grows: "cookies in the jar",
    sizes: [10, 100, 1000, 10_000, 100_000, 1_000_000],
    at: (size) => {
      const jar = jarOf(size)
      return { name: String(size), run: plain(() => Cookies.header(jar, asked, 0)) }
    },
    count: () => 20_000
  },
  {
    file: "mounts",
    title: "GET over an adapter that answers at once",
    grows: "mounted prefixes",
    sizes: [1, 10, 100, 1000],
    at: mounted,
    count: (size) => (size > 100 ? 500 : 3000)
  },
  {
    file: "headers",
    title: "prepare",
    grows: "fields of the request",
    sizes: [1, 10, 100, 1000],
    at: prepared,
    count: (size) => (size > 100 ? 200 : 2000)
  },
  {
    file: "hops",
    title: "GET and JSON at the end of a chain",
    grows: "redirects",
    sizes: [1, 5, 10, 25],
    at: using((size) => getJson(`/hop/${size}`)),
    count: (size) => Math.ceil(600 / size)
  },
  {
    file: "concurrency",
    title: "GET and JSON",
    grows: "fibers that loop",
    sizes: [1, 10, 100, 1000, 10_000],
    at: using(() => getJson("/checked")),
    count: (size) => Math.max(1000, size),
    concurrency: (size) => size
  },
  {
    file: "body",
    title: "GET of a body, whole",
    grows: "bytes of the body",
    sizes: [100, 10_000, 1_000_000, 10_000_000],
    at: using((size) => (session) => Effect.flatMap(session.get(`/bytes/${size}`), (response) => response.bytes)),
    count: (size) => (size >= 1_000_000 ? 20 : 300),
    concurrency: () => 10
  }
]

const measure = async ({ at, concurrency = () => 50, count, sizes }: Curve): Promise<ReadonlyArray<Point>> => {
  const points: Array<Point> = []
  for (const size of sizes) {
    const perRound = count(size)
    const load = { warmUp: perRound * 2, rounds: 5, perRound, concurrency: concurrency(size) }
    const samples = await rounds(await at(size), load)
    points.push({ x: size, y: rounded(median(samples.map(({ cpuUs }) => cpuUs))) })
  }
  return points
}

const folder = resolve(process.env["INIT_CWD"] ?? ".", process.argv[2] ?? "docs/performance")
mkdirSync(folder, { recursive: true })
const pages: Array<string> = []
for (const curve of curves) {
  const points = await measure(curve)
  const { file, grows, title } = curve
  writeFileSync(join(folder, `${file}.svg`), picture(title, grows, "CPU µs each", points))
  const table = markdown(
    [grows, "CPU µs"],
    points.map(({ x, y }) => [String(x), String(y)])
  )
  pages.push(`## ${title}, by ${grows}\n\n![${title}, by ${grows}](${file}.svg)\n\n${table}\n`)
  console.error(file)
}
await server.checked()
console.log(pages.join("\n"))
process.exit(0)
