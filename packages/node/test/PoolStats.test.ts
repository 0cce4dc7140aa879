import { describe, expect, it } from "@effect/vitest"
import { byOrigin, numbers, type PoolNumbers, sum } from "../src/PoolStats.js"

const pool = (isHttp2: boolean, connected: number, busy: number, waiting = 0) => ({
  isHttp2,
  counts: { connected, busy, waiting },
  dispatch: () => {},
  destroy: () => Promise.resolve()
})

describe("the counts of a pool", () => {
  it.each([
    ["all free", pool(false, 2, 0), 2],
    ["one busy", pool(false, 2, 1), 1],
    ["a socket that is closed already, of a request that is not over", pool(false, 0, 1), 0],
    ["many streams on one connection", pool(true, 1, 20), 0],
    ["a connection without streams", pool(true, 1, 0), 1]
  ] as const)("say what is free: %s", (_what, carrier, free) => {
    expect(numbers(carrier).free).toBe(free)
  })

  it("are summed, over all and by origin", () => {
    const one = (origin: string, way: number, busy: number): PoolNumbers => ({
      origin,
      way,
      protocol: "HTTP/1.1",
      connected: 3,
      free: 3 - busy,
      busy,
      waiting: way
    })
    const pools = [one("http://a.test", 1, 1), one("http://b.test", 1, 2), one("http://a.test", 2, 3)]
    expect(sum(pools)).toEqual({ connected: 9, free: 3, busy: 6, waiting: 4 })
    expect(byOrigin(pools)).toEqual([
      { origin: "http://a.test", busy: 4, free: 2, queued: 3 },
      { origin: "http://b.test", busy: 2, free: 1, queued: 1 }
    ])
    expect(sum([])).toEqual({ connected: 0, free: 0, busy: 0, waiting: 0 })
  })
})
