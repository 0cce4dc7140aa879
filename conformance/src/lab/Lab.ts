/**
 * The real servers, as a test asks for them. Whoever asks is counted: `pnpm lab` fails when a server was asked by no test.
 *
 * @module
 */
import { getCurrentTest } from "vitest/suite"
import * as Servers from "./Servers.js"

declare module "vitest" {
  interface TaskMeta {
    /** The servers that the test asked for. */
    servers?: ReadonlyArray<string>
    /** How often it called `expect`. */
    assertions?: number
  }
}

let known: Servers.Lab | undefined

/** The lab. There must be one: a test that needs it fails without, it does not skip. */
const lab = (): Servers.Lab => {
  known ??= Servers.read()
  return known
}

/** Paths of certificates and keys. */
export const tls = (): Servers.Lab["tls"] => lab().tls

/** The user and the password that every server knows. */
export const account = (): { readonly user: string; readonly pass: string } => ({ user: lab().user, pass: lab().pass })

/**
 * The server of that name, for the test that runs now; throws when it is down, when the lab has none of that name, and
 * outside of a test.
 */
export const server = (name: string): Servers.Server => {
  const found = lab().servers[name]
  if (found === undefined) throw new Error(`the lab has no server ${name}`)
  const test = getCurrentTest()
  if (test === undefined) throw new Error(`${name} is asked for outside of a test`)
  test.meta.servers = Array.from(new Set([...(test.meta.servers ?? []), name]))
  if (!found.up) throw new Error(`${name} was down when the lab came up: see conformance/lab/logs/${found.process}.log`)
  return found
}

/** The folder that nginx and apache serve, with a slash at its end. */
export const www = (): string => `${lab().lab}/www/`
