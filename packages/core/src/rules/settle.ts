/**
 * All layers of settings as one value without a gap, or what is wrong with them.
 *
 * @module
 */
import { Either } from "effect"
import * as Decompression from "../data/Decompression.js"
import * as Params from "../data/Params.js"
import { InvalidRequest } from "../data/PreparedRequest.js"
import { defaults, Only, partsOf, type Resolved, type Settings } from "../data/Settings.js"
import * as Timeout from "../data/Timeout.js"
import { hooksOf, mergeFields } from "./merge.js"
import { policies } from "./policies.js"
import { settleTls } from "./tls.js"
import { proxyLayers } from "./transport.js"

const invalid = (where: string, problem: string, remedy: string) =>
  new InvalidRequest({ reason: "Setting", where, problem, remedy })

/**
 * Settings with no field missing and no `null` left. `method` decides what `allowRedirects` is by default: HEAD asks about
 * this resource, the others want an answer (requests' `Session.head`).
 *
 * @example
 * import { Rules, Settings } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * console.assert(Either.getOrThrow(Rules.settle(Settings.defaults, "HEAD")).allowRedirects === false)
 * console.assert(Either.isLeft(Rules.settle({ timeout: -1 }, "GET")))
 */
export const settle = (settings: Settings, method: string): Either.Either<Resolved, InvalidRequest> => {
  const maxRedirects = settings.maxRedirects ?? defaults.maxRedirects ?? 30
  if (!Number.isInteger(maxRedirects) || maxRedirects < 0) {
    return Either.left(invalid("maxRedirects", `${maxRedirects} is no count`, "Give a whole number from 0"))
  }
  const { baseUrl, verify } = settings
  if (!isVerify(verify)) {
    return Either.left(invalid("verify", "it is no way to trust", 'Give true, false, "system", { ca } or { caFile }'))
  }
  return Either.zipWith(
    settleTimeout(settings.timeout),
    Either.all([policies(settings), settleTls(settings.tls), settleDecompress(settings.decompress)]),
    (timeout, [{ authentication, environment, jar, redirects }, tls, decompress]): Resolved => ({
      baseUrl: baseUrl === undefined || baseUrl === null ? undefined : String(baseUrl),
      headers: mergeFields({}, partsOf(settings.headers) ?? {}),
      params: Params.make(partsOf(settings.params) ?? Params.empty),
      auth: settings.auth ?? undefined,
      authFromUrl: false,
      anonymous: settings.auth === null,
      cookies: partsOf(settings.cookies) ?? {},
      hooks: hooksOf(partsOf(settings.hooks) ?? {}),
      timeout,
      allowRedirects: settings.allowRedirects ?? method !== "HEAD",
      maxRedirects,
      redirects,
      keepAcrossOrigins: new Set((settings.keepAcrossOrigins ?? []).map((name) => name.toLowerCase())),
      verify: verify ?? undefined,
      verifyAsked: undefined,
      cert: settings.cert ?? undefined,
      tls,
      proxies: proxyLayers([settings]),
      trustEnv: settings.trustEnv ?? true,
      environment,
      authentication,
      jar,
      decompress
    })
  )
}

const isVerify = (verify: unknown): boolean =>
  verify === undefined ||
  verify === null ||
  typeof verify === "boolean" ||
  verify === "system" ||
  (typeof verify === "object" && verify !== null && ("ca" in verify || "caFile" in verify))

const settleDecompress = (
  input: Settings["decompress"]
): Either.Either<Decompression.Limits | undefined, InvalidRequest> => {
  if (input === false) return Either.right(undefined)
  if (input === undefined || input === true) return Either.right(Decompression.limits)
  const settled = { ...Decompression.limits }
  for (const name of ["size", "ratio", "codings"] as const) {
    const limit = input[name]
    if (limit === undefined) continue
    if (typeof limit !== "number" || !(limit >= 0)) {
      return Either.left(
        invalid(`decompress.${name}`, "it is no number from nought", "Give one, or Infinity for no limit")
      )
    }
    settled[name] = limit
  }
  return Either.right(settled)
}

const none: Timeout.Timeout = { connect: Infinity, write: Infinity, headers: Infinity, read: Infinity, total: Infinity }

const settleTimeout = (setting: Settings["timeout"]): Either.Either<Timeout.Timeout, InvalidRequest> => {
  if (setting === null || setting === undefined) return Either.right(setting === null ? none : Timeout.defaults)
  const parts = Timeout.parts(setting instanceof Only ? setting.value : setting)
  const missing = setting instanceof Only ? none : Timeout.defaults
  const settled = { ...missing }
  for (const name of ["connect", "write", "headers", "read", "total"] as const) {
    const part = parts[name]
    if (part === undefined) continue
    const millis = Timeout.millis(part)
    if (millis === undefined || millis <= 0) {
      return Either.left(
        invalid(
          `timeout.${name}`,
          "it is no duration above nought",
          'Give milliseconds, "30 seconds", or null for none'
        )
      )
    }
    settled[name] = millis
  }
  return Either.right(settled)
}
