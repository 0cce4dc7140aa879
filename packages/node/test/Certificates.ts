/**
 * Certificates made for one test run.
 *
 * @module
 */
import { createHash, X509Certificate } from "node:crypto"
import { Effect } from "effect"
import { type GenerateResult, generate } from "selfsigned"

/** A certificate and its key, in PEM. */
export interface Pem {
  readonly cert: string
  readonly key: string
}

interface Wish {
  readonly name: string
  readonly ca?: Pem
  readonly isCa?: boolean
  readonly ip?: string
  readonly notBefore?: Date
  readonly notAfter?: Date
  /** The only one that it is meant for. */
  readonly purpose?: "server" | "client"
  /** Encrypts the key. */
  readonly passphrase?: string
}

const day = 86_400_000

const pem = ({ cert, private: key }: GenerateResult): Pem => ({ cert, key })

/** A certificate, signed by an authority or by itself. */
export const certificate = ({
  ca,
  ip,
  isCa = false,
  name,
  notAfter,
  notBefore,
  passphrase,
  purpose
}: Wish): Effect.Effect<Pem> =>
  Effect.map(
    Effect.promise(() =>
      generate([{ name: "commonName", value: name }], {
        keyType: "ec",
        algorithm: "sha256",
        notBeforeDate: notBefore ?? new Date(Date.now() - 10 * day),
        notAfterDate: notAfter ?? new Date(Date.now() + 10 * day),
        extensions: [
          { name: "basicConstraints", cA: isCa, critical: true },
          ...(isCa ? [{ name: "keyUsage", keyCertSign: true, cRLSign: true, digitalSignature: true } as const] : []),
          ...(purpose === undefined
            ? []
            : [{ name: "extKeyUsage", serverAuth: purpose === "server", clientAuth: purpose === "client" } as const]),
          {
            name: "subjectAltName",
            altNames: [{ type: 2, value: name }, ...(ip === undefined ? [] : [{ type: 7, ip } as const])]
          }
        ],
        ...(ca === undefined ? {} : { ca }),
        ...(passphrase === undefined ? {} : { passphrase })
      })
    ),
    pem
  )

/** An authority and what it has signed: for 127.0.0.1, for another host, an expired one, and a client. */
export const authority = Effect.gen(function* () {
  const ca = yield* certificate({ name: "Test Authority", isCa: true })
  const [server, otherHost, expired, client, lockedClient, selfSigned] = yield* Effect.all([
    certificate({ name: "localhost", ip: "127.0.0.1", ca }),
    certificate({ name: "other.example.test", ca }),
    certificate({ name: "localhost", ip: "127.0.0.1", ca, notAfter: new Date(Date.now() - day) }),
    certificate({ name: "client.example.test", ca }),
    certificate({ name: "locked.example.test", ca, passphrase: "open sesame" }),
    certificate({ name: "localhost", ip: "127.0.0.1" })
  ])
  return { ca, server, otherHost, expired, client, lockedClient, selfSigned }
})

/** The pin of a certificate's key, as `tls.pins` has it. */
export const pinOf = ({ cert }: Pem): string => {
  const key = new X509Certificate(cert).publicKey.export({ type: "spki", format: "der" })
  return `sha256/${createHash("sha256").update(key).digest("base64")}`
}
