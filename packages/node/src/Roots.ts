/**
 * The certificates that a connection trusts, as a setting names them.
 *
 * @module
 */
import { X509Certificate } from "node:crypto"
import { readFile } from "node:fs/promises"
import { Errors, type Tls } from "@effect-requests/core"
import { Effect, Either } from "effect"
import { codeOf } from "./Reasons.js"
import * as SystemRoots from "./SystemRoots.js"

const invalid = (where: string, problem: string, remedy: string) =>
  new Errors.InvalidRequest({ reason: "Setting", where, problem, remedy })

/** The roots that a request trusts, in PEM and read once; `undefined` for those of Node. */
export const roots = (verify: Tls.Verify): Effect.Effect<string | undefined, Errors.InvalidRequest> => {
  if (verify === "system") {
    return Effect.flatMap(SystemRoots.path(), (path) =>
      Effect.flatMap(contents("verify", path), (text) => pem("verify", text))
    )
  }
  if (typeof verify === "boolean") return Effect.succeed(undefined)
  return "ca" in verify
    ? pem("verify.ca", verify.ca)
    : Effect.flatMap(contents("verify.caFile", verify.caFile), (text) => pem("verify.caFile", text))
}

const blocks = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g

/** Each certificate of a text. */
export const cut = (text: string): ReadonlyArray<string> => text.match(blocks) ?? []

/** Node takes any text for certificates and then trusts nobody; that is found out here, not at the handshake. */
const pem = (where: string, text: string): Either.Either<string, Errors.InvalidRequest> => {
  const found = cut(text)
  if (found.length === 0) {
    return Either.left(
      invalid(where, "there is no certificate in it", "Give certificates in PEM: -----BEGIN CERTIFICATE-----")
    )
  }
  return Either.try({
    try: () => {
      for (const block of found) new X509Certificate(block)
      return text
    },
    catch: (error) =>
      invalid(where, `a certificate in it cannot be read (${codeOf(error)})`, "Give whole certificates in PEM")
  })
}

const contents = (where: string, path: string): Effect.Effect<string, Errors.InvalidRequest> =>
  Effect.tryPromise({
    try: (signal) => readFile(path, { encoding: "utf8", signal }),
    catch: (error) =>
      invalid(
        where,
        `${path} ${unread[codeOf(error)] ?? `cannot be read (${codeOf(error)})`}`,
        "Give the path of a readable PEM file"
      )
  })

const unread: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  EACCES: "may not be read",
  EISDIR: "is a folder"
}
