/**
 * What conformance/lab/servers.json says: which servers the lab has, and where. `up.sh` writes it.
 *
 * @module
 */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Schema } from "effect"

/** Certificate and key, two PEM files. */
const Pair = Schema.Tuple(Schema.String, Schema.String)

/** Paths of the lab's certificates and keys, but for `passphrase`. */
const Tls = Schema.Struct({
  ca: Schema.String,
  /** The lab's authority in one file with the roots of this machine. */
  ca_plus_system: Schema.String,
  other_ca: Schema.String,
  client_cert: Schema.String,
  client_key: Schema.String,
  /** Certificate and key in one file. */
  client_pem: Schema.String,
  client_p12: Schema.String,
  client_p12_legacy: Schema.String,
  client_key_encrypted: Schema.String,
  passphrase: Schema.String,
  client_ec: Pair,
  client_expired: Pair,
  client_other_ca: Pair,
  selfsigned: Schema.String,
  intermediate: Schema.String
})

/** One row of the lab's table. */
export class Server extends Schema.Class<Server>("Server")({
  name: Schema.String,
  kind: Schema.Literal("origin", "proxy", "socks"),
  /** Without a slash at its end. */
  url: Schema.String,
  url_v6: Schema.optional(Schema.String),
  port: Schema.Int,
  /** What `up.sh NAME` and `down.sh NAME` call it; one process may be several servers. */
  process: Schema.String,
  what: Schema.String,
  /** Whether it answered when the lab came up. */
  up: Schema.Boolean,
  /** The path of its Unix socket. */
  unix: Schema.optional(Schema.String),
  user: Schema.optional(Schema.String),
  pass: Schema.optional(Schema.String),
  realm: Schema.optional(Schema.String),
  /** What is wrong with its certificate. */
  tls_error: Schema.optional(Schema.String),
  /** The file of what it was sent, a JSON object a line. */
  log: Schema.optional(Schema.String)
}) {}

const File = Schema.parseJson(
  Schema.Struct({
    lab: Schema.String,
    user: Schema.String,
    pass: Schema.String,
    tls: Tls,
    servers: Schema.Record({ key: Schema.String, value: Server })
  })
)

/** The lab as it came up. */
export type Lab = Schema.Schema.Type<typeof File>

/** The file that `up.sh` writes. */
export const path = fileURLToPath(new URL("../../lab/servers.json", import.meta.url))

/** Reads a file of servers; throws where there is none, or it is another lab's. */
export const read = (file: string = path): Lab => Schema.decodeUnknownSync(File)(readFileSync(file, "utf8"))
