/**
 * The examples of the documentation as files: each ```ts block of README.md and docs/, and each `@example` of packages/,
 * lies in docs/.blocks/ after this, where it is compiled and run. Alone: `pnpm blocks`.
 *
 * A fence or an `@example` may say `no-run` (compiled only) or `no-check` (neither).
 *
 * @module
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import ts from "typescript"
import { serve } from "./blocks-server.js"
import { readTree } from "./files.js"

/** How much of a block is done: `test` is a test file of its own, since it imports a test framework. */
export type Kind = "run" | "test" | "no-run" | "no-check"

/** One example. `line` is that of its fence or its `@example`; the code begins on the next. */
export interface Block {
  readonly source: string
  readonly line: number
  readonly kind: Kind
  readonly code: string
  /** Where it is written, relative to the root. */
  readonly path: string
}

/** The name of a block, as its test is titled. */
export const title = (block: Block): string => `${block.source}:${block.line}`

const folder = "docs/.blocks"
const frameworks: ReadonlySet<string> = new Set(["vitest", "@effect/vitest"])
const allowed =
  /^(@effect-requests\/(core|node|testing)|effect|@effect\/(platform|platform-node|rpc|vitest)|node:http|vitest)(\/|$)/

// ---------------------------------------------------------------- finding them

/** Every block of the repository. */
export const blocks = (root: URL): ReadonlyArray<Block> => {
  const texts = new Map([
    ...readTree(root, "docs", (path) => path.endsWith(".md") && !path.startsWith("docs/api/")),
    ...readTree(root, "packages", (path) => /\/(src\/.*\.ts|README\.md)$/.test(path))
  ])
  const readme = new URL("README.md", root)
  if (existsSync(readme)) texts.set("README.md", readFileSync(readme, "utf8"))
  return [...texts].flatMap(([source, text]) => extract(source, text))
}

/** The blocks of one file. */
export const extract = (source: string, text: string): ReadonlyArray<Block> => {
  const lines = text.split(/\r?\n/)
  const pieces = source.endsWith(".md") ? fences(lines, 0) : examples(lines)
  return pieces.map(({ code, flags, line }, n) => {
    const kind = kindOf(flags, code)
    const path = `${folder}/${source.replace(/[/.]/g, "-")}/${n + 1}${kind === "test" ? ".test" : ""}.ts`
    return { source, line, kind, code, path }
  })
}

interface Piece {
  readonly line: number
  readonly flags: string
  readonly code: string
}

const fences = (lines: ReadonlyArray<string>, before: number): ReadonlyArray<Piece> => {
  const found: Array<Piece> = []
  let open: { readonly ticks: string; readonly indent: number; readonly info: string; readonly at: number } | undefined
  lines.forEach((line, at) => {
    const fence = /^( *)(`{3,}|~{3,})(.*)$/.exec(line)
    if (open === undefined) {
      if (fence !== null) open = { indent: (fence[1] ?? "").length, ticks: fence[2] ?? "", info: fence[3] ?? "", at }
    } else if (fence !== null && fence[3]?.trim() === "" && fence[2]?.startsWith(open.ticks) === true) {
      const { indent } = open
      const language = /^\s*(?:ts|typescript)\b(.*)$/.exec(open.info)
      const code = lines.slice(open.at + 1, at).map((one) => one.slice(Math.min(indent, one.search(/\S|$/))))
      if (language !== null) found.push({ line: before + open.at + 1, flags: language[1] ?? "", code: code.join("\n") })
      open = undefined
    }
  })
  return found
}

const examples = (lines: ReadonlyArray<string>): ReadonlyArray<Piece> => {
  const found: Array<Piece> = []
  let comment = false
  lines.forEach((line, at) => {
    if (/^\s*\/\*\*/.test(line)) comment = true
    const tag = comment ? /^\s*(?:\/\*\*|\*)\s*@example\b(.*?)(\*\/)?\s*$/.exec(line) : null
    if (/\*\//.test(line)) comment = false
    if (tag === null) return
    const rest = lines.slice(at + 1)
    const end = tag[2] === undefined ? rest.findIndex((one) => /^\s*\*?\s*(@[a-z]|\*\/)|\*\//i.test(one)) : 0
    const body = rest.slice(0, Math.max(end, 0)).map((one) => one.replace(/^\s*\* ?/, ""))
    const fenced = fences(body, at + 1)
    const said = (tag[1] ?? "").trim()
    // Words after the tag that are no flags are code: they would vanish without a word otherwise.
    const code = /^(no-run|no-check)?$/.test(said) ? body : [said, ...body]
    found.push(...(fenced.length > 0 ? fenced : [{ line: at + 1, flags: said, code: code.join("\n").trimEnd() }]))
  })
  return found
}

const kindOf = (flags: string, code: string): Kind => {
  if (/\bno-check\b/.test(flags)) return "no-check"
  if (/\bno-run\b/.test(flags)) return "no-run"
  return imports(code).some((name) => frameworks.has(name)) ? "test" : "run"
}

const imports = (code: string): ReadonlyArray<string> =>
  ts.preProcessFile(code, true, true).importedFiles.map((one) => one.fileName)

// ---------------------------------------------------------------- writing and judging them

/** Blocks that import what a reader of the documentation may not have; each as a line. */
export const strangers = (blocks: ReadonlyArray<Block>): ReadonlyArray<string> =>
  blocks
    .filter((block) => block.kind !== "no-check")
    .flatMap((block) =>
      imports(block.code)
        .filter((name) => !allowed.test(name))
        .map(
          (name) =>
            `${title(block)} "${name}": examples import only our packages, effect, @effect/*, node:http and vitest`
        )
    )

/** Writes the blocks to docs/.blocks/ and removes what lay there before. Untouched files keep their time. */
export const writeBlocks = (root: URL): ReadonlyArray<Block> => {
  const all = blocks(root)
  const wanted = new Map(
    all.filter((one) => one.kind !== "no-check").map((one) => [one.path, `// ${title(one)}\n${one.code}\n`])
  )
  for (const [path, text] of wanted) {
    const url = new URL(path, root)
    if (existsSync(url) && readFileSync(url, "utf8") === text) continue
    mkdirSync(dirname(fileURLToPath(url)), { recursive: true })
    writeFileSync(url, text)
  }
  const base = new URL(`${folder}/`, root)
  for (const name of existsSync(base) ? readdirSync(base, { recursive: true, encoding: "utf8" }) : []) {
    const path = `${folder}/${name.replaceAll("\\", "/")}`
    if (path.endsWith(".ts") && !wanted.has(path)) rmSync(new URL(path, root), { force: true })
  }
  return all
}

/** A compiler's output in which each place in docs/.blocks/ is the place in the documentation. */
export const located = (blocks: ReadonlyArray<Block>, output: string): string => {
  const sources = new Map(blocks.map((block) => [block.path, block]))
  return output.replace(/(docs\/\.blocks\/\S+?\.ts)\((\d+),(\d+)\)/g, (all, path: string, line: string) => {
    const block = sources.get(path)
    return block === undefined ? all : `${block.source}:${block.line + Number(line) - 1}`
  })
}

/** How many there are of each kind, so that the exceptions stay seen. */
export const count = (blocks: ReadonlyArray<Block>): string => {
  const of = (kind: Kind) => blocks.filter((block) => block.kind === kind).length
  return `${blocks.length} blocks: ${of("run")} run, ${of("test")} are tests, ${of("no-run")} no-run, ${of("no-check")} no-check`
}

// ---------------------------------------------------------------- running them

/** A vite plugin: in a block that runs, each `https://NAME.example.test` is an origin of its own on loopback. */
export const exampleHosts = () => {
  const servers = new Map<string, ReturnType<typeof serve>>()
  return {
    name: "example-hosts",
    enforce: "pre" as const,
    async transform(code: string, id: string) {
      if (!id.includes(`/${folder}/`)) return undefined
      const names = new Set(
        Array.from(code.matchAll(/https:\/\/([a-z0-9-]+)\.example\.test\b/g), ([, name]) => name ?? "")
      )
      let replaced = code
      for (const name of names) {
        const server = servers.get(name) ?? serve(servers.size)
        servers.set(name, server)
        replaced = replaced.replaceAll(`https://${name}.example.test`, (await server).url)
      }
      return { code: replaced, map: null }
    },
    async closeBundle() {
      for (const server of servers.values()) (await server).close()
      servers.clear()
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const all = writeBlocks(new URL("../", import.meta.url))
  for (const block of all.filter((one) => one.kind === "no-run" || one.kind === "no-check")) {
    console.log(`${title(block)} ${block.kind}`)
  }
  for (const line of strangers(all)) console.error(line)
  console.log(count(all))
  process.exitCode = strangers(all).length === 0 ? 0 : 1
}
