/** A Response where platform looks at it, and where its body is none. */
import { Body, Errors, type Request } from "@effect-requests/core"
import { Hops, type StubAdapter } from "@effect-requests/testing"
import { Chunk, Effect, Exit, Option, Stream } from "effect"
import { describe, expect, it } from "vitest"

const answered = (reply: StubAdapter.Reply) => Hops.answered(Hops.call("GET", "https://h.test/"), reply).response

const failure = <A>(effect: Effect.Effect<A, unknown>): string =>
  Exit.match(Effect.runSyncExit(effect), {
    onFailure: (cause) => (cause._tag === "Fail" ? String(cause.error) : `a defect: ${cause._tag}`),
    onSuccess: () => "no failure"
  })

describe("the platform's headers of a response", () => {
  it("join repeats by a comma", () => {
    const headers = [
      ["X-A", "1"],
      ["x-a", "2"],
      ["B", "3"]
    ] as const
    expect({ ...answered({ headers }).headers }).toEqual({ "x-a": "1, 2", b: "3" })
  })
})

describe("the platform's request of a response", () => {
  const platform = (method: string, options: Request.Options = {}) =>
    Hops.answered(Hops.call(method, "https://h.test/a?b=1#c", options), {}).response.request

  it.each<[method: string, theirs: string]>([
    ["GET", "GET"],
    ["OPTIONS", "OPTIONS"],
    ["PROPFIND", "POST"]
  ])("%s is %s there: its type knows seven methods", (method, theirs) => {
    expect(platform(method).method).toBe(theirs)
  })

  it.each<[what: string, body: Body.Body, theirs: string, length: number | undefined]>([
    ["no body", Body.empty, "Empty", undefined],
    ["bytes", Body.text("abc"), "Uint8Array", 3],
    ["a body to be made again", Body.replayable(() => Stream.empty, { length: 5 }), "Stream", 5],
    ["a body that is there once", Body.oneShot(Stream.empty), "Stream", undefined]
  ])("%s", (_what, body, theirs, length) => {
    const request = platform("POST", { body })
    expect(request.body._tag).toBe(theirs)
    expect(request.body.contentLength).toBe(length)
  })

  it("has the URL in its parts", () => {
    const { hash, url, urlParams } = platform("GET")
    expect([url, urlParams, Option.getOrNull(hash)]).toEqual(["https://h.test/a", [["b", "1"]], "c"])
  })
})

describe("a body that still arrives", () => {
  const bytes = Stream.make(new Uint8Array([97]), new Uint8Array([98]))
  const broken = new Errors.BodyError({ reason: "Truncated", detail: "1 of 2 bytes" })

  it("is its stream, and afterwards its bytes", () => {
    const response = answered({ stream: bytes })
    const pieces = () =>
      Chunk.toReadonlyArray(Effect.runSync(Stream.runCollect(response.stream))).map((piece) => piece.length)
    expect(pieces()).toEqual([1, 1])
    expect(Effect.runSync(response.text)).toBe("ab")
    expect(pieces()).toEqual([2])
  })

  it("shows itself as live", () => {
    expect(answered({ stream: bytes }).toJSON()).toMatchObject({ body: { _tag: "Live" } })
    expect(answered({ text: "ab" }).toJSON()).toMatchObject({ body: { _tag: "Whole", length: 2 } })
  })

  it("fails as platform's errors do, in the stream and in the bytes", () => {
    const response = answered({ stream: Stream.fail(broken) })
    for (const effect of [Stream.runDrain(response.stream), response.bytes, response.json]) {
      expect(failure(effect)).toContain("1 of 2 bytes")
    }
  })
})

describe("a body of nothing", () => {
  it("is no piece of a stream", () => {
    expect(Chunk.size(Effect.runSync(Stream.runCollect(answered({}).stream)))).toBe(0)
    expect(Chunk.size(Effect.runSync(Stream.runCollect(answered({ text: "a" }).stream)))).toBe(1)
  })

  it("is no JSON", () => {
    expect(failure(answered({}).json)).toContain("the body is empty, which is no JSON")
  })

  it("is no form", async () => {
    expect(Exit.isFailure(await Effect.runPromiseExit(answered({}).formData))).toBe(true)
  })
})

describe("JSON whose zeros fit no encoding", () => {
  it("is read as UTF-8, and refused there", () => {
    expect(failure(answered({ bytes: new Uint8Array([0, 0, 0, 0]) }).json)).toContain("could not be decoded")
  })
})

describe("[RSP-34] lines of a body whose charset nobody named", () => {
  it("are UTF-8 and come when they are there, where `text` looks at the whole and guesses", () => {
    const latin1 = Uint8Array.from("Déjà vu, déjà lu.\nÇa va très bien, Ève.", (char) => char.charCodeAt(0))
    const response = answered({ headers: { "Content-Type": "text/plain" }, bytes: latin1 })
    expect(Effect.runSync(response.text)).toContain("Déjà vu")
    expect(Chunk.toReadonlyArray(Effect.runSync(Stream.runCollect(response.lines())))[0]).toBe("D�j� vu, d�j� lu.")
    const named = answered({ headers: { "Content-Type": "text/plain; charset=latin1" }, bytes: latin1 })
    expect(Chunk.toReadonlyArray(Effect.runSync(Stream.runCollect(named.lines())))[1]).toBe("Ça va très bien, Ève.")
  })
})
