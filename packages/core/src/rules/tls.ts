/**
 * What is asked of TLS, without a gap, or what is wrong with it.
 *
 * @module
 */
import { Either } from "effect"
import { InvalidRequest } from "../data/PreparedRequest.js"
import { partsOf, type Settings } from "../data/Settings.js"
import { type Parts, type Policy, standard } from "../data/Tls.js"

const invalid = (where: string, problem: string, remedy: string) =>
  Either.left(new InvalidRequest({ reason: "Setting", where: `tls.${where}`, problem, remedy }))

/**
 * A policy of the setting `tls`. Unknown names are refused: a misspelt pin would be none.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const policy = Either.getOrThrow(Rules.settleTls({ serverName: "API.example.test" }))
 * console.assert(policy.serverName === "api.example.test" && policy.minVersion === "TLSv1.2")
 * console.assert(Either.isLeft(Rules.settleTls({ pins: ["sha256/abc"] })))
 */
export const settleTls = (setting: Settings["tls"]): Either.Either<Policy, InvalidRequest> => {
  const parts = partsOf(setting)
  return parts === undefined ? Either.right(standard) : Either.flatMap(known(parts), settled)
}

const names: ReadonlySet<string> = new Set<keyof Parts>(["pins", "serverName", "minVersion"])

const known = (parts: Parts): Either.Either<Parts, InvalidRequest> => {
  const stranger = Object.keys(parts).find((name) => !names.has(name))
  return stranger === undefined
    ? Either.right(parts)
    : invalid(stranger, "there is no such part", `Use ${Array.from(names).join(", ")}`)
}

const settled = (parts: Parts): Either.Either<Policy, InvalidRequest> =>
  Either.all({
    pins: pinsOf(parts.pins),
    serverName: serverNameOf(parts.serverName),
    minVersion: minVersionOf(parts.minVersion)
  })

/** 32 bytes in base64, with or without the sign at its end. */
const pin = /^sha256\/{1,2}([A-Za-z0-9+/]{43})=?$/

const pinsOf = (pins: Parts["pins"]): Either.Either<ReadonlyArray<string>, InvalidRequest> => {
  if (pins === undefined || pins === null) return Either.right(standard.pins)
  if (!Array.isArray(pins)) return invalid("pins", "they are no list", "Give them as [pin, pin]")
  if (pins.length === 0) return invalid("pins", "there is none, so no server would do", "Give one, or null for any key")
  const found: Array<string> = []
  for (const [i, text] of pins.entries()) {
    const digest = pin.exec(String(text))?.[1]
    if (digest === undefined) {
      return invalid(`pins[${i}]`, "it is no pin", 'Write "sha256/" and the 44 characters of a SHA-256 in base64')
    }
    found.push(`sha256/${digest}=`)
  }
  return Either.right(Array.from(new Set(found)).sort())
}

/** Labels of letters, digits, hyphens and underscores; the last has a letter, or it would be an address. */
const hostName = /^(?:[a-z0-9_-]{1,63}\.)*(?=[0-9_-]{0,62}[a-z])[a-z0-9_-]{1,63}$/

const serverNameOf = (given: Parts["serverName"]): Either.Either<string | undefined, InvalidRequest> => {
  if (given === undefined || given === null) return Either.right(undefined)
  const name = String(given).toLowerCase()
  return name.length <= 253 && hostName.test(name)
    ? Either.right(name)
    : invalid("serverName", "it is no host name", "Write it as api.example.com; an address cannot be sent (RFC 6066)")
}

const minVersionOf = (given: Parts["minVersion"]): Either.Either<Policy["minVersion"], InvalidRequest> =>
  given === undefined || given === null || given === "TLSv1.2" || given === "TLSv1.3"
    ? Either.right(given ?? standard.minVersion)
    : invalid("minVersion", "it is no version that can be had", 'Use "TLSv1.2" or "TLSv1.3"; what is older is not safe')
