/**
 * Where the operating system keeps the certificates that it trusts.
 *
 * @module
 */
import { access } from "node:fs/promises"
import { Errors } from "@effect-requests/core"
import { Effect } from "effect"

/** The bundles of Linux distributions, the usual first. */
const bundles: ReadonlyArray<string> = [
  // Debian, Ubuntu, Arch, Gentoo
  "/etc/ssl/certs/ca-certificates.crt",
  // Fedora, RHEL
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/pki/tls/certs/ca-bundle.crt",
  // openSUSE
  "/etc/ssl/ca-bundle.pem",
  // Alpine
  "/etc/ssl/cert.pem"
]

const unsupported = (problem: string) =>
  new Errors.InvalidRequest({
    reason: "Unsupported",
    where: "verify",
    problem,
    remedy: "Use true for Node's own roots, or { caFile } with the system's bundle"
  })

/** The first bundle that is there. On Linux only: elsewhere the roots are in no file. */
export const path = (
  platform: string = process.platform,
  candidates: ReadonlyArray<string> = bundles
): Effect.Effect<string, Errors.InvalidRequest> =>
  platform === "linux"
    ? Effect.mapError(
        Effect.firstSuccessOf(
          candidates.map((candidate) =>
            Effect.as(
              Effect.tryPromise(() => access(candidate)),
              candidate
            )
          )
        ),
        () => unsupported(`there is no bundle of the system at ${candidates.join(", ")}`)
      )
    : Effect.fail(unsupported(`the system's roots can be read on Linux, and this is ${platform}`))
