import { describe, expect, it } from "@effect/vitest"
import { Rules } from "@effect-requests/core"
import { FastCheck, Option } from "effect"

const purpose = (address: string) =>
  Option.getOrUndefined(Option.map(Rules.specialRange(address), (range) => range.purpose))

describe("an address is", () => {
  it.each([
    "1.1.1.1",
    "8.8.8.8",
    "93.184.215.14",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.0.9",
    "192.0.1.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2001:4860:4860::8888",
    "2001:1::1",
    "2001:200::",
    "64:ff9b::808:808",
    "2000::",
    "3ffe::1"
  ])("public: %s", (address) => {
    expect(purpose(address)).toBeUndefined()
  })

  it.each([
    ["0.0.0.0", "this network"],
    ["0.255.255.255", "this network"],
    ["10.0.0.0", "private use"],
    ["10.255.255.255", "private use"],
    ["100.64.0.0", "shared address space"],
    ["100.127.255.255", "shared address space"],
    ["127.0.0.1", "loopback"],
    ["127.255.255.255", "loopback"],
    ["169.254.169.254", "link local"],
    ["172.16.0.0", "private use"],
    ["172.31.255.255", "private use"],
    ["192.0.0.8", "IETF protocol assignments"],
    ["192.0.2.1", "documentation"],
    ["192.88.99.1", "deprecated 6to4 relay"],
    ["192.168.0.0", "private use"],
    ["198.18.0.1", "benchmarking"],
    ["198.51.100.1", "documentation"],
    ["203.0.113.1", "documentation"],
    ["224.0.0.1", "multicast"],
    ["239.255.255.255", "multicast"],
    ["240.0.0.1", "reserved"],
    ["255.255.255.255", "limited broadcast"],
    ["::", "unspecified"],
    ["::1", "loopback"],
    ["0:0:0:0:0:0:0:1", "loopback"],
    ["::7f00:1", "deprecated IPv4-compatible"],
    ["::127.0.0.1", "IPv4-mapped"],
    ["::ffff:127.0.0.1", "IPv4-mapped"],
    ["::ffff:7f00:1", "IPv4-mapped"],
    ["::ffff:8.8.8.8", "IPv4-mapped"],
    ["::ffff:0:127.0.0.1", "not handed out"],
    ["64:ff9b::127.0.0.1", "loopback"],
    ["64:ff9b::a9fe:a9fe", "link local"],
    ["64:ff9b:1::a00:1", "local-use translation"],
    ["100::1", "discard only"],
    ["100:0:0:1::1", "dummy prefix"],
    ["2001:0:7f00:1::", "Teredo"],
    ["2001:2::1", "benchmarking"],
    ["2001:db8::1", "documentation"],
    ["2001:100::1", "IETF protocol assignments"],
    ["2002:7f00:1::", "6to4"],
    ["2606:4700::5efe:a00:1", "private use"],
    ["2606:4700::200:5efe:a00:1", "private use"],
    ["3fff::1", "documentation"],
    ["4000::1", "not handed out"],
    ["5f00::1", "segment routing"],
    ["fc00::1", "unique local"],
    ["fdff::1", "unique local"],
    ["fe80::1", "link local"],
    ["fe80::1%eth0", "link local"],
    ["fec0::1", "deprecated site local"],
    ["ff02::1", "multicast"],
    ["", "no address"],
    ["localhost", "no address"],
    ["127.1", "no address"],
    ["0x7f000001", "no address"],
    ["[::1]", "no address"]
  ])("not public: %s is %s", (address, expected) => {
    expect(purpose(address)).toBe(expected)
  })
})

const byte = FastCheck.integer({ min: 0, max: 255 })
const ipv4 = FastCheck.tuple(byte, byte, byte, byte)
const hex = ([a, b, c, d]: readonly [number, number, number, number]) =>
  `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`

describe("laws", () => {
  it("an IPv4 address is no more public behind a translator than in front of it", () => {
    FastCheck.assert(
      FastCheck.property(ipv4, (four) => {
        expect(purpose(`64:ff9b::${hex(four)}`)).toBe(purpose(four.join(".")))
      })
    )
  })

  it("no IPv6 form that stands for an IPv4 address is public", () => {
    FastCheck.assert(
      FastCheck.property(ipv4, (four) => {
        for (const form of [`::${hex(four)}`, `::ffff:${hex(four)}`, `::ffff:0:${hex(four)}`, `2002:${hex(four)}::1`]) {
          expect(purpose(form)).toBeDefined()
        }
      })
    )
  })

  it("what a URL calls its host is judged as what the URL was written with", () => {
    FastCheck.assert(
      FastCheck.property(ipv4, (four) => {
        const [a, b, c, d] = four
        const number = ((a * 256 + b) * 256 + c) * 256 + d
        const spellings = [
          String(number),
          `0x${number.toString(16)}`,
          four.map((one) => `0${one.toString(8)}`).join("."),
          four.map((one) => `0x${one.toString(16)}`).join("."),
          `${a}.${(b << 16) | (c << 8) | d}`
        ]
        for (const spelling of spellings) {
          expect(purpose(new URL(`http://${spelling}/`).hostname)).toBe(purpose(four.join(".")))
        }
      })
    )
  })

  it("any text has an answer", () => {
    FastCheck.assert(FastCheck.property(FastCheck.string(), (text) => Option.isOption(Rules.specialRange(text))))
    FastCheck.assert(
      FastCheck.property(FastCheck.oneof(FastCheck.ipV4(), FastCheck.ipV6()), (text) => purpose(text) !== "no address")
    )
  })
})
