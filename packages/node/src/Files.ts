/**
 * As much of platform's FileSystem as an environment needs, over node:fs: a program of one session installs nothing more.
 *
 * @module
 */
import { readFile, stat } from "node:fs/promises"
import { FileSystem, Error as Platform } from "@effect/platform"
import { Effect, type Layer, Option } from "effect"
import { codeOf } from "./Reasons.js"

const reasons: { readonly [code: string]: Platform.SystemErrorReason } = {
  ENOENT: "NotFound",
  ENOTDIR: "NotFound",
  EACCES: "PermissionDenied",
  EPERM: "PermissionDenied"
}

const failure = (method: string, pathOrDescriptor: string) => (cause: unknown) =>
  new Platform.SystemError({
    reason: reasons[codeOf(cause)] ?? "Unknown",
    module: "FileSystem",
    method,
    pathOrDescriptor,
    cause
  })

const attempt = <A>(method: string, path: string, work: () => Promise<A>) =>
  Effect.tryPromise({ try: work, catch: failure(method, path) })

const typeOf = (found: Awaited<ReturnType<typeof stat>>): FileSystem.File.Type => {
  if (found.isFile()) return "File"
  if (found.isDirectory()) return "Directory"
  return found.isCharacterDevice() ? "CharacterDevice" : "Unknown"
}

/** `stat` and `readFileString`; everything else fails as `FileSystem.layerNoop` does. */
export const layer: Layer.Layer<FileSystem.FileSystem> = FileSystem.layerNoop({
  readFileString: (path) => attempt("readFileString", path, () => readFile(path, "utf8")),
  stat: (path) =>
    Effect.map(
      attempt("stat", path, () => stat(path)),
      (found) => ({
        type: typeOf(found),
        mtime: Option.some(found.mtime),
        atime: Option.some(found.atime),
        birthtime: Option.some(found.birthtime),
        dev: found.dev,
        ino: Option.some(found.ino),
        mode: found.mode,
        nlink: Option.some(found.nlink),
        uid: Option.some(found.uid),
        gid: Option.some(found.gid),
        rdev: Option.some(found.rdev),
        size: FileSystem.Size(found.size),
        blksize: Option.some(FileSystem.Size(found.blksize)),
        blocks: Option.some(found.blocks)
      })
    )
})
