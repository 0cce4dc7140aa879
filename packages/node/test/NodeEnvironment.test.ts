import { FileSystem, Error as Platform } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Request, Session, World } from "@effect-requests/core"
import { NodeEnvironment } from "@effect-requests/node"
import { StubAdapter } from "@effect-requests/testing"
import { Effect, Layer, Logger, Option, Redacted } from "effect"

interface File {
  readonly text?: string
  readonly mode?: number
  readonly type?: FileSystem.File.Type
}

/** A file system of these files, and what was asked of it. */
const files = (found: Readonly<Record<string, File>>) => {
  const asked: Array<string> = []
  const missing = (method: string, path: string) =>
    new Platform.SystemError({ reason: "NotFound", module: "FileSystem", method, pathOrDescriptor: path })
  const layer = FileSystem.layerNoop({
    stat: (path) => {
      asked.push(path)
      const file = found[path]
      return file === undefined
        ? Effect.fail(missing("stat", path))
        : Effect.succeed({
            type: file.type ?? "File",
            mode: file.mode ?? 0o100600,
            mtime: Option.none(),
            atime: Option.none(),
            birthtime: Option.none(),
            dev: 0,
            ino: Option.none(),
            nlink: Option.none(),
            uid: Option.none(),
            gid: Option.none(),
            rdev: Option.none(),
            size: FileSystem.Size(0),
            blksize: Option.none(),
            blocks: Option.none()
          })
    },
    readFileString: (path) => {
      const text = found[path]?.text
      return text === undefined
        ? Effect.fail(
            new Platform.SystemError({
              reason: "PermissionDenied",
              module: "FileSystem",
              method: "readFileString",
              pathOrDescriptor: path
            })
          )
        : Effect.succeed(text)
    }
  })
  return { asked, layer }
}

/** What is read, and what is logged meanwhile. */
const reading = (variables: Readonly<Record<string, string>>, found: Readonly<Record<string, File>>) => {
  const logged: Array<string> = []
  const logger = Logger.replace(
    Logger.defaultLogger,
    Logger.make(({ logLevel, message }) => logged.push(`${logLevel.label} ${String(message)}`))
  )
  return Effect.map(
    Effect.provide(NodeEnvironment.read(variables), Layer.merge(files(found).layer, logger)),
    (read) => ({
      netrc: read.netrc === undefined ? undefined : Redacted.value(read.netrc),
      logged
    })
  )
}

const both = { "/h/.netrc": { text: "first" }, "/h/_netrc": { text: "second" } }

describe("[NRC-04] where the .netrc is", () => {
  it.effect.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, File>>, string | undefined]>([
    ["~/.netrc", { HOME: "/h" }, both, "first"],
    ["~/_netrc, where the first is missing", { HOME: "/h" }, { "/h/_netrc": { text: "second" } }, "second"],
    ["nowhere", { HOME: "/h" }, {}, undefined],
    ["$NETRC", { HOME: "/h", NETRC: "/n" }, { ...both, "/n": { text: "named" } }, "named"],
    ["$NETRC alone, also where it is missing", { HOME: "/h", NETRC: "/n" }, both, undefined],
    ["an empty $NETRC: nowhere", { HOME: "/h", NETRC: "" }, both, undefined],
    ["$NETRC below the home", { HOME: "/h", NETRC: "~/.netrc" }, both, "first"],
    ["a device is no file", { NETRC: "/dev/null" }, { "/dev/null": { type: "CharacterDevice" } }, undefined]
  ])("%s", ([, variables, found, expected]) =>
    Effect.gen(function* () {
      expect(yield* reading(variables, found)).toEqual({ netrc: expected, logged: [] })
    })
  )

  it.effect.each<[string, File, string | undefined, string]>([
    [
      "others may read it",
      { text: "machine h password pw", mode: 0o100644 },
      "machine h password pw",
      "chmod 600 /h/.netrc"
    ],
    ["it cannot be read", {}, undefined, "PermissionDenied"],
    ["it is a folder", { type: "Directory" }, undefined, "it is a Directory"]
  ])("warns when %s, and shows nothing of it", ([, file, expected, word]) =>
    Effect.gen(function* () {
      const { logged, netrc } = yield* reading({ HOME: "/h" }, { ...both, "/h/.netrc": file })
      expect([netrc, logged.length]).toEqual([expected, 1])
      expect(logged[0]).toMatch(/^WARN/)
      expect(logged[0]).toContain(word)
      expect(logged[0]).not.toContain("pw")
    })
  )
})

describe("a session", () => {
  const asking = (settings: Parameters<typeof Session.make>[0]) =>
    Effect.gen(function* () {
      const { asked, layer } = files({})
      const read = yield* Effect.provide(World.ReadEnvironment, Layer.provide(NodeEnvironment.layerFileSystem, layer))
      const session = yield* Session.make(settings).pipe(
        Effect.provideService(World.ReadEnvironment, read),
        Effect.provide(StubAdapter.layer(() => ({ text: "" })))
      )
      return { asked, session }
    })

  it.effect("reads once, when it first needs to; its forks share it", () =>
    Effect.gen(function* () {
      const { asked, session } = yield* asking({})
      expect(asked).toEqual([])
      yield* session.prepare(Request.get("https://h.test/"))
      const after = asked.length
      yield* Effect.flatMap(session.fork(), (fork) => fork.get("https://h.test/"))
      expect(asked.length).toBe(after)
    })
  )

  it.effect("reads again when it is told to, and its forks do", () =>
    Effect.gen(function* () {
      const { asked, session } = yield* asking({})
      const fork = yield* session.fork()
      yield* session.get("https://h.test/")
      const once = asked.length
      yield* session.reread
      expect(asked.length).toBe(once)
      yield* fork.get("https://h.test/")
      yield* session.get("https://h.test/")
      expect(asked.length).toBe(2 * once)
    })
  )

  it.effect("reads nothing where it does not trust the environment", () =>
    Effect.gen(function* () {
      const { asked, session } = yield* asking({ trustEnv: false })
      yield* session.get("https://h.test/")
      expect(asked).toEqual([])
    })
  )
})
