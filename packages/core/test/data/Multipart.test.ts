import { Chunk, Effect, Either, Exit, Stream } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { collect } from "../../src/data/Answer.js"
import * as Body from "../../src/data/Body.js"
import * as Multipart from "../../src/data/Multipart.js"
import { multipart } from "../../src/rules/multipart.js"
import { parse } from "./multipartParser.js"

const streamOf = Body.match({
  Empty: () => Stream.empty,
  Bytes: ({ bytes }) => Stream.succeed(bytes),
  Replayable: ({ stream }) => stream(),
  OneShot: ({ stream }) => stream
})
const read = (body: Body.Body): Uint8Array => Effect.runSync(collect(streamOf(body)))
const text = (body: Body.Body): string => new TextDecoder().decode(read(body))
const encode = (one: string) => new TextEncoder().encode(one)
const replayable = (one: string, length?: number) => Body.replayable(() => Stream.succeed(encode(one)), { length })
const oneShot = (one: string, length?: number) => Body.oneShot(Stream.succeed(encode(one)), { length })

describe("concat", () => {
  it.each<
    [what: string, bodies: ReadonlyArray<Body.Body>, tag: Body.Body["_tag"], length: number | undefined, text: string]
  >([
    ["nothing", [], "Empty", 0, ""],
    ["nothings", [Body.empty, Body.empty], "Empty", 0, ""],
    ["all in memory", [Body.text("a"), Body.empty, Body.text("b")], "Bytes", 2, "ab"],
    ["one that can be made again", [Body.text("a"), replayable("bc", 2), Body.text("d")], "Replayable", 4, "abcd"],
    ["one of unknown length", [Body.text("a"), replayable("bc"), replayable("d", 1)], "Replayable", undefined, "abcd"],
    ["one that exists once", [replayable("a", 1), oneShot("b", 1), Body.text("c")], "OneShot", 3, "abc"],
    ["a stream alone", [Body.empty, oneShot("b")], "OneShot", undefined, "b"],
    ["lengths beyond all numbers", [oneShot("a", 2 ** 53 - 1), oneShot("b", 1)], "OneShot", undefined, "ab"]
  ])("%s", (_what, bodies, tag, length, expected) => {
    const body = Multipart.concat(bodies)
    expect(body._tag).toBe(tag)
    expect(Body.length(body)).toBe(length)
    expect(text(body)).toBe(expected)
  })

  it("keeps the bytes of then, not those that the user writes into the array later", () => {
    const mine = encode("mine")
    const body = Multipart.concat([Body.text("a"), Body.bytes(mine)])
    mine.fill(0)
    expect(text(body)).toBe("amine")
  })

  it("is read again from its beginning", () => {
    const body = Multipart.concat([Body.text("a"), replayable("b"), Body.text("c")])
    expect([text(body), text(body)]).toEqual(["abc", "abc"])
  })

  it("[MPT-02] nothing of a stream is made or read before its turn, and nothing is held back for the next", () => {
    const seen: Array<string> = []
    const noted = (name: string) =>
      Body.replayable(() => {
        seen.push(`made ${name}`)
        return Stream.sync(() => {
          seen.push(`read ${name}`)
          return encode(name)
        })
      })
    const body = Multipart.concat([noted("1"), noted("2")])
    expect(seen).toEqual([])
    const first = Effect.runSync(Stream.runHead(streamOf(body)))
    expect(first._tag).toBe("Some")
    expect(seen).toEqual(["made 1", "read 1"])
  })

  it("a stream that fails, or cannot even be made, fails the body; nothing dies of it", () => {
    const throws = Body.replayable(() => {
      throw new Error("gone")
    })
    for (const bad of [throws, Body.oneShot(Stream.fail(new Error("gone")))]) {
      const exit = Effect.runSyncExit(collect(streamOf(Multipart.concat([Body.text("a"), bad]))))
      expect(exit).toEqual(Exit.fail(new Error("gone")))
    }
  })

  it("many parts make no deep stack", () => {
    const bodies = Array.from({ length: 5_000 }, (_, i) => (i % 2 === 0 ? Body.text("a") : replayable("b", 1)))
    const body = Multipart.concat(bodies)
    expect(read(body).length).toBe(5_000)
  })

  it("the bytes are those of the parts, whichever of them are streams; the length is theirs", () => {
    const kind = fc.constantFrom("bytes", "replayable", "oneShot", "unknown")
    fc.assert(
      fc.property(fc.array(fc.tuple(kind, fc.uint8Array({ maxLength: 8 })), { maxLength: 8 }), (list) => {
        const bodies = list.map(([one, bytes]) => {
          if (one === "bytes") return Body.bytes(bytes)
          const length = one === "unknown" ? undefined : bytes.length
          const stream = Stream.fromChunk(Chunk.of(bytes))
          return one === "oneShot" ? Body.oneShot(stream, { length }) : Body.replayable(() => stream, { length })
        })
        const body = Multipart.concat(bodies)
        const bytes = list.flatMap(([, one]) => Array.from(one))
        expect(Array.from(read(body))).toEqual(bytes)
        expect(Body.length(body)).toBe(list.some(([one]) => one === "unknown") ? undefined : bytes.length)
        expect(Body.isReplayable(body)).toBe(list.every(([one]) => one !== "oneShot"))
      })
    )
  })
})

describe("file and field", () => {
  it.each<[string, Multipart.Part, string | null | undefined]>([
    ["[MPT-07] the part's name", Multipart.file("f", "x"), "f"],
    ["[MPT-07] its own", Multipart.file("f", "x", { filename: "a.txt" }), "a.txt"],
    ["[MPT-09] an empty one", Multipart.file("f", "x", { filename: "" }), ""],
    ["[MPT-09] none", Multipart.file("f", "x", { filename: null }), null],
    ["[MPT-08] a field has none", Multipart.field("f", "x"), undefined]
  ])("%s", (_what, part, filename) => {
    expect("content" in part ? part.filename : undefined).toBe(filename)
  })
})

describe("a form with streams", () => {
  const form = (content: Multipart.Content) =>
    Either.getOrThrow(multipart({ fields: { a: "1" }, files: { f: { filename: "x", content } } }, "B"))

  it("[MPT-02] has the bytes and the length of the same form in memory", () => {
    const memory = form("content")
    for (const content of [replayable("content", 7), oneShot("content", 7), replayable("content")]) {
      const streamed = form(content)
      expect(streamed.contentType).toBe(memory.contentType)
      expect(text(streamed.body)).toBe(text(memory.body))
      expect(Body.length(streamed.body)).toBe(Body.length(content) === undefined ? undefined : Body.length(memory.body))
    }
  })

  it("[MPT-02] says whether it can be sent again", () => {
    expect(form("content").body._tag).toBe("Bytes")
    expect(form(replayable("content")).body._tag).toBe("Replayable")
    expect(form(oneShot("content")).body._tag).toBe("OneShot")
  })

  it("[MPT-18] the length is the number of bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: "grapheme" }), fc.uint8Array())), (list) => {
        const parts = list.map(([name, bytes], i) => ({
          name,
          content: i % 2 === 0 ? bytes : Body.replayable(() => Stream.succeed(bytes), { length: bytes.length })
        }))
        const { body, contentType } = Either.getOrThrow(multipart(parts, "aBoundaryThatNobodyWrites"))
        const bytes = read(body)
        expect(Body.length(body)).toBe(bytes.length)
        expect(parse(bytes, contentType).map(({ content }) => content)).toEqual(list.map(([, content]) => content))
      })
    )
  })
})
