/**
 * The order of the rooms, and what each may touch. `pnpm check` runs this over packages/; alone: `pnpm rooms`.
 *
 * @module
 */
import { builtinModules } from "node:module"
import { pathToFileURL } from "node:url"
import ts from "typescript"
import { readTree } from "./files.js"

/** A room and the paths that lie in it; the longest matching prefix decides. */
interface Room {
  readonly name: string
  readonly paths: ReadonlyArray<string>
}

/**
 * THE ORDER: a file imports from its own room and from earlier lines. Rooms on one line do not know each other.
 */
export const order: ReadonlyArray<ReadonlyArray<Room>> = [
  [{ name: "data", paths: ["packages/core/src/data/"] }],
  [{ name: "rules", paths: ["packages/core/src/rules/"] }],
  [{ name: "effects", paths: ["packages/core/src/effects/"] }],
  [{ name: "core", paths: ["packages/core/src/"] }],
  [
    { name: "node", paths: ["packages/node/src/"] },
    { name: "testing", paths: ["packages/testing/src/"] }
  ],
  [{ name: "tests and tools", paths: ["packages/", "docs/", "conformance/", "bench/", "scripts/"] }]
]

/** What a rule may take from "effect": values and pure functions, nothing that runs. */
const pureModules: ReadonlySet<string> = new Set(
  (
    "Array BigInt Boolean Brand Chunk Data Duration Either Encoding Equal Equivalence Function Hash HashMap HashSet " +
    "Inspectable Iterable Match Number Option Order ParseResult Predicate Record Redacted Schema String Struct Tuple Types"
  ).split(" ")
)
const pureFunctions: ReadonlySet<string> = new Set(["absurd", "flow", "identity", "pipe"])

/** Globals whose answer is no function of the arguments, or that act. */
const impureObjects: ReadonlySet<string> = new Set(["console", "crypto", "performance", "process"])
const impureMembers: ReadonlySet<string> = new Set(["Date.now", "Math.random", "URL.canParse"])
const impureCalls: ReadonlySet<string> = new Set([
  "fetch",
  "queueMicrotask",
  "setImmediate",
  "setInterval",
  "setTimeout"
])

/** One broken rule: `what` is the import or the expression as it stands in the file. */
export interface Violation {
  readonly file: string
  readonly line: number
  readonly what: string
  readonly why: string
}

/** One mention of another module. `names`: what is taken from it, or "all" of it. */
interface Mention {
  readonly file: string
  readonly line: number
  readonly specifier: string
  readonly names: ReadonlyArray<string> | "all"
}

/** Every broken rule in these files; paths are relative to the root, with forward slashes. */
export const violations = (files: ReadonlyMap<string, string>): ReadonlyArray<Violation> => {
  const found: Array<Violation> = []
  const graph = new Map<string, ReadonlyArray<Mention>>()
  for (const [file, text] of files) {
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
    const mentions = mentionsOf(source)
    graph.set(file, mentions)
    for (const mention of mentions) {
      const why = upward(mention, files) ?? foreign(mention) ?? unpure(mention)
      if (why !== undefined) found.push({ file, line: mention.line, what: `"${mention.specifier}"`, why })
    }
    if (roomOf(file)?.name === "rules") found.push(...impurities(source))
  }
  return [...found, ...circles(graph, files)]
}

/** One violation as a line that editors and terminals can open. */
export const show = (violation: Violation): string =>
  `${violation.file}:${violation.line} ${violation.what}: ${violation.why}`

// ---------------------------------------------------------------- rooms

const rooms = order.flatMap((rooms, rank) => rooms.map((room) => ({ ...room, rank })))

const roomOf = (path: string) =>
  rooms
    .flatMap((room) => room.paths.filter((prefix) => path.startsWith(prefix)).map((prefix) => ({ room, prefix })))
    .sort((a, b) => b.prefix.length - a.prefix.length)[0]?.room

const upward = (mention: Mention, files: ReadonlyMap<string, string>): string | undefined => {
  const from = roomOf(mention.file)
  const to = roomOf(resolve(mention, files) ?? "")
  if (from === undefined || to === undefined || from.name === to.name) return undefined
  if (to.rank > from.rank) return `"${from.name}" may not import from "${to.name}", which stands above it`
  return to.rank === from.rank ? `"${from.name}" and "${to.name}" do not know each other` : undefined
}

/** The path that a specifier names, whether such a file is there or not; undefined for a package that is not ours. */
const resolve = (mention: Mention, files: ReadonlyMap<string, string>): string | undefined => {
  const own = /^@effect-requests\/(core|node|testing)(\/.*)?$/.exec(mention.specifier)
  if (own !== null) return own[2] === undefined ? `packages/${own[1]}/src/index.ts` : `packages/${own[1]}/src${own[2]}`
  if (!mention.specifier.startsWith(".")) return undefined
  const path = new URL(mention.specifier, `file:///${mention.file}`).pathname.slice(1)
  const bare = path.replace(/\.[cm]?js$/, "")
  return [path, `${bare}.ts`, `${bare}.tsx`, `${path}/index.ts`].find((one) => files.has(one)) ?? `${bare}.ts`
}

// ---------------------------------------------------------------- what the core and the rules may import

const builtins: ReadonlySet<string> = new Set(builtinModules)

const foreign = ({ file, specifier }: Mention): string | undefined => {
  if (!file.startsWith("packages/core/src/")) return undefined
  if (/^node(:|$)/.test(specifier) || builtins.has(specifier)) return "core runs on every platform: no Node built-in"
  return /^(undici|@effect\/platform-[a-z-]+)(\/|$)/.test(specifier)
    ? "core runs on every platform: this belongs to a platform's package"
    : undefined
}

const unpure = ({ file, names, specifier }: Mention): string | undefined => {
  if (roomOf(file)?.name !== "rules") return undefined
  if (specifier.startsWith("@effect/")) return "a rule is pure: no platform in it"
  const module = /^effect(?:\/(.*))?$/.exec(specifier)
  if (module === null) return undefined
  if (module[1] !== undefined) {
    return pureModules.has(module[1])
      ? undefined
      : `a rule is pure: ${module[1]} is not on the list of scripts/rooms.ts`
  }
  if (names === "all") return 'a rule is pure: name what it takes from "effect"'
  const bad = names.filter((name) => !pureModules.has(name) && !pureFunctions.has(name))
  return bad.length === 0 ? undefined : `a rule is pure: ${bad.join(", ")} is not on the list of scripts/rooms.ts`
}

// ---------------------------------------------------------------- reading a file

const mentionsOf = (source: ts.SourceFile): ReadonlyArray<Mention> => {
  const found: Array<Mention> = []
  const add = (node: ts.Node, specifier: string, names: Mention["names"]) =>
    found.push({ file: source.fileName, line: lineOf(source, node), specifier, names })
  for (const reference of source.typeReferenceDirectives) {
    const line = source.getLineAndCharacterOfPosition(reference.pos).line + 1
    found.push({ file: source.fileName, line, specifier: reference.fileName, names: "all" })
  }
  each(source, (node) => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      add(node, node.moduleSpecifier.text, imported(node.importClause))
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      const clause = node.exportClause
      add(node, node.moduleSpecifier.text, clause && ts.isNamedExports(clause) ? clause.elements.map(original) : "all")
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      if (ts.isStringLiteral(node.argument.literal)) add(node, node.argument.literal.text, leftmost(node.qualifier))
    } else if (ts.isExternalModuleReference(node) && ts.isStringLiteralLike(node.expression)) {
      add(node, node.expression.text, "all")
    } else if (ts.isModuleDeclaration(node) && ts.isStringLiteral(node.name)) {
      add(node, node.name.text, "all")
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const argument = node.arguments[0]
      if (argument !== undefined && ts.isStringLiteralLike(argument)) add(node, argument.text, "all")
    }
  })
  return found
}

const imported = (clause: ts.ImportClause | undefined): Mention["names"] => {
  if (clause === undefined) return "all"
  const bindings = clause.namedBindings
  if (bindings !== undefined && ts.isNamespaceImport(bindings)) return "all"
  return [...(clause.name === undefined ? [] : ["default"]), ...(bindings?.elements.map(original) ?? [])]
}

/** The name on the other side of an `as`. */
const original = (one: ts.ImportSpecifier | ts.ExportSpecifier): string => (one.propertyName ?? one.name).text

const leftmost = (name: ts.EntityName | undefined): Mention["names"] => {
  if (name === undefined) return "all"
  return ts.isIdentifier(name) ? [name.text] : leftmost(name.left)
}

const impurities = (source: ts.SourceFile): ReadonlyArray<Violation> => {
  const found: Array<Violation> = []
  each(source, (node) => {
    if (isImpure(node)) {
      const what = node.getText(source).split("\n")[0] ?? ""
      found.push({ file: source.fileName, line: lineOf(source, node), what, why: "facts are arguments of a rule" })
    }
  })
  return found
}

const isImpure = (node: ts.Node): boolean => {
  if (ts.isNewExpression(node)) return named(node.expression) === "Date" && (node.arguments?.length ?? 0) === 0
  if (ts.isCallExpression(node)) {
    const name = named(node.expression)
    return name === "Date" || (name !== undefined && impureCalls.has(name))
  }
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return false
  const object = named(node.expression)
  const name = named(node)
  return (object !== undefined && impureObjects.has(object)) || (name !== undefined && impureMembers.has(name))
}

/** `a`, `a.b` or `a["b"]`, without `globalThis.` before it. */
const named = (node: ts.Expression): string | undefined => {
  if (ts.isIdentifier(node)) return node.text
  const member = ts.isPropertyAccessExpression(node)
    ? node.name.text
    : ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)
      ? node.argumentExpression.text
      : undefined
  if (member === undefined || !(ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)))
    return undefined
  const object = named(node.expression)
  return object === undefined ? undefined : object === "globalThis" ? member : `${object}.${member}`
}

const each = (node: ts.Node, visit: (node: ts.Node) => void): void => {
  visit(node)
  ts.forEachChild(node, (child) => each(child, visit))
}

const lineOf = (source: ts.SourceFile, node: ts.Node): number =>
  source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1

// ---------------------------------------------------------------- circles

/** One violation for each import that closes a circle; type imports count, since a reader follows them too. */
const circles = (
  graph: ReadonlyMap<string, ReadonlyArray<Mention>>,
  files: ReadonlyMap<string, string>
): ReadonlyArray<Violation> => {
  const found: Array<Violation> = []
  const done = new Set<string>()
  const walk = (file: string, path: ReadonlyArray<string>): void => {
    for (const mention of graph.get(file) ?? []) {
      const next = resolve(mention, files)
      if (next === undefined || !graph.has(next)) continue
      const start = path.indexOf(next)
      if (start >= 0) {
        const why = `a circle: ${[...path.slice(start), next].join(" → ")}`
        found.push({ file, line: mention.line, what: `"${mention.specifier}"`, why })
      } else if (!done.has(next)) walk(next, [...path, next])
    }
    done.add(file)
  }
  for (const file of graph.keys()) if (!done.has(file)) walk(file, [file])
  return found
}

// ---------------------------------------------------------------- main

/** The violations of the working tree, shown. */
export const check = (root: URL): ReadonlyArray<string> =>
  violations(readTree(root, "packages", (path) => /\.[cm]?tsx?$/.test(path))).map(show)

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const found = check(new URL("../", import.meta.url))
  for (const line of found) console.error(line)
  console.log(found.length === 0 ? "rooms: in order" : `rooms: ${found.length} violations`)
  process.exitCode = found.length === 0 ? 0 : 1
}
