import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, layer } from "@effect/vitest"
import { UndiciAdapter } from "@effect-requests/node"
import { Context, Effect, Layer } from "effect"
import { authority } from "./Certificates.js"
import { failure, message } from "./Messages.js"
import * as Proxies from "./Proxies.js"
import { http2, https, until, variable } from "./Servers.js"

class Pki extends Context.Tag("Pki")<Pki, Effect.Effect.Success<typeof authority>>() {}

const folder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "effect-requests-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true }))
)

/** A server that writes down what decrypts its own connections. */
const serving = (protocol: "HTTP/1.1" | "HTTP/2", maxVersion: "TLSv1.2" | "TLSv1.3") =>
  Effect.gen(function* () {
    const options = { ...(yield* Pki).server, maxVersion }
    const origin =
      protocol === "HTTP/2"
        ? yield* http2(options, (stream) => stream.end("hello"))
        : yield* https(options, (_request, response) => {
            response.end("hello")
          })
    const secrets: Array<string> = []
    origin.server.on("keylog", (line: Buffer) => secrets.push(line.toString().trimEnd()))
    return { url: origin.url, secrets }
  })

const asking = (url: string, proxy?: string) =>
  Effect.map(Pki, ({ ca }) => message(url, { transport: { verify: { ca: ca.cert }, proxy } }))

const sorted = (lines: ReadonlyArray<string>) => Array.from(lines).sort()

layer(Layer.effect(Pki, authority), { excludeTestServices: true })((it) => {
  describe("keyLog", () => {
    it.scoped.each([
      ["HTTP/1.1", "TLSv1.2", 1],
      ["HTTP/1.1", "TLSv1.3", 5],
      ["HTTP/2", "TLSv1.3", 5]
    ] as const)("has the secrets that the server has: %s over %s, %i lines", ([protocol, version, count]) =>
      Effect.gen(function* () {
        const { secrets, url } = yield* serving(protocol, version)
        const path = join(yield* folder, "keys.log")
        const told: Array<string> = []
        const lines = Effect.map(
          Effect.promise(() => readFile(path, "utf8")),
          (text) => text.trimEnd().split("\n")
        )
        for (const keyLog of [path, (line: string) => told.push(line)]) {
          const wire = yield* UndiciAdapter.make({ keyLog, http2: protocol === "HTTP/2" })
          expect((yield* wire.whole(yield* asking(url))).status).toBe(200)
        }
        // The server's last line may come behind its answer.
        yield* until(() => secrets.length >= 2 * count)
        const kept = yield* lines
        expect(kept).toHaveLength(count)
        expect(sorted([...kept, ...told])).toEqual(sorted(secrets))
        for (const line of kept) expect(line).toMatch(/^[A-Z0-9_]+ [0-9a-f]{64} [0-9a-f]{64,96}$/)
        if (process.platform !== "win32") {
          expect((yield* Effect.promise(() => stat(path))).mode & 0o777, "for its owner alone").toBe(0o600)
        }
      })
    )

    it.scoped("has those of a proxy and of what is behind it", () =>
      Effect.gen(function* () {
        const { server } = yield* Pki
        const { secrets, url } = yield* serving("HTTP/1.1", "TLSv1.3")
        const proxy = yield* Proxies.https(server)
        const told: Array<string> = []
        const wire = yield* UndiciAdapter.make({ keyLog: (line) => told.push(line) })
        expect((yield* wire.whole(yield* asking(url, proxy.url))).status).toBe(200)
        yield* until(() => secrets.length >= 5)
        expect(told).toHaveLength(10)
        expect(told).toEqual(expect.arrayContaining(secrets))
      })
    )

    it.scoped("is never what a variable says", () =>
      Effect.gen(function* () {
        const { secrets, url } = yield* serving("HTTP/1.1", "TLSv1.3")
        const at = yield* folder
        yield* variable("SSLKEYLOGFILE", join(at, "keys.log"))
        const wire = yield* UndiciAdapter.make()
        expect((yield* wire.whole(yield* asking(url))).status).toBe(200)
        yield* until(() => secrets.length >= 5)
        expect(yield* Effect.promise(() => readdir(at))).toEqual([])
      })
    )

    it.scoped("that cannot be written ends the connection before anything is sent, and says which file it is", () =>
      Effect.gen(function* () {
        const { url } = yield* serving("HTTP/1.1", "TLSv1.3")
        const path = join(yield* folder, "nowhere", "keys.log")
        const wire = yield* UndiciAdapter.make({ keyLog: path })
        const error = yield* failure(wire.whole(yield* asking(url)))
        expect(error).toMatchObject({ _tag: "TransportError", reason: "Adapter", sent: "no" })
        expect(error.message).toContain(`${path}, the file of the adapter's keyLog, cannot be written (ENOENT)`)
      })
    )

    it.scoped("loses what its listener throws", () =>
      Effect.gen(function* () {
        const { url } = yield* serving("HTTP/1.1", "TLSv1.2")
        const wire = yield* UndiciAdapter.make({
          keyLog: () => {
            throw new Error("mine")
          }
        })
        expect((yield* wire.whole(yield* asking(url))).status).toBe(200)
      })
    )
  })
})
