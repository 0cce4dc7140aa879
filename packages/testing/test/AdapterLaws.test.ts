import { Adapter, Errors } from "@effect-requests/core"
import { AdapterLaws, Peer } from "@effect-requests/testing"
import { Effect } from "effect"
import { describe, expect, it } from "vitest"

const untimed = "it keeps no time"
const gaps: AdapterLaws.Gaps = {
  "silence is ended by timeout.headers": untimed,
  "a body that stalls is ended by timeout.read": untimed,
  "silence is ended by the deadline": "it does not support it, so the session does it"
}

AdapterLaws.suite({ describe, it }, "the stub", Peer.stub, gaps)

/** Whether a law holds for an adapter that has this around a stub. */
const holds = (around: Adapter.Middleware, name: AdapterLaws.Name) => {
  const laws = AdapterLaws.make((reply) =>
    Effect.map(Peer.stub(reply), ({ peer, wire }) => ({ peer, wire: Adapter.wrap(around)(wire) }))
  )
  return Effect.isSuccess(laws.find((law) => law.name === name)?.holds ?? Effect.void)
}

describe("an adapter that", () => {
  const cases: ReadonlyArray<readonly [string, Adapter.Middleware, AdapterLaws.Name]> = [
    [
      "joins fields",
      (send) => (request) => send(request.withHeaders(request.headers.map((text) => (text === "b" ? "a, b" : text)))),
      "request headers keep their order, repeats and bytes"
    ],
    [
      "sends twice",
      (send) => (request) => Effect.zipRight(send(request), send(request)),
      "a redirect is an answer, and followed by nobody"
    ],
    [
      "changes a status",
      (send) => (request) =>
        Effect.map(send(request), (answer) => ({ ...answer, status: Math.min(answer.status, 500) })),
      "every status is an answer"
    ]
  ]
  it.each(cases)("%s breaks a law", async (_, around, law) => {
    expect(await Effect.runPromise(holds((send) => send, law))).toBe(true)
    expect(await Effect.runPromise(holds(around, law))).toBe(false)
  })
  const stalls = "silence is ended by the deadline"
  it.each([
    ["in the way that it says", "2000 ms is over", "Right"],
    ["in another way", "no such word", "Left"]
  ])("fails a gap %s", async (_, says, expected) => {
    const refused: Adapter.Middleware = () => (request) =>
      Effect.fail(new Errors.TransportError({ reason: "Refused", sent: "no", request, detail: "2000 ms is over" }))
    const [law] = AdapterLaws.make(
      (reply) => Effect.map(Peer.stub(reply), ({ peer, wire }) => ({ peer, wire: Adapter.wrap(refused)(wire) })),
      { [stalls]: { why: "it is down", says } }
    ).filter(({ name }) => name === stalls)
    expect(await Effect.runPromise(Effect.either(law?.holds ?? Effect.void))).toMatchObject({ _tag: expected })
  })
  it("keeps a law is told that its gap is none", async () => {
    const [law] = AdapterLaws.make(Peer.stub, { "every method arrives": "we believe" })
    const result = await Effect.runPromise(Effect.either(law?.holds ?? Effect.void))
    expect(result).toMatchObject({ _tag: "Left", left: { detail: expect.stringContaining("take it off the gaps") } })
  })
})
