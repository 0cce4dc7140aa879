/**
 * Host names to addresses, by a look-up of the user's.
 *
 * @module
 */
import type { LookupAddress } from "node:dns"
import type { LookupFunction } from "node:net"

/** What a look-up has found, as Node passes it on. */
export type Found = string | ReadonlyArray<LookupAddress> | undefined

/** The addresses in it. */
export const addressesOf = (found: Found): ReadonlyArray<string> =>
  typeof found === "string" ? [found] : (found ?? []).map(({ address }) => address)

const notFound = (host: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`lookup ENOTFOUND ${host}: there is no address`), { code: "ENOTFOUND" })

/** The look-up as Node expects it: what it throws is its error, and no address at all is one too. */
export const careful =
  (lookup: LookupFunction): LookupFunction =>
  (host, options, callback) => {
    try {
      lookup(host, options, (error, found, family) => {
        if (error instanceof Error || addressesOf(found).some((address) => address !== "")) {
          callback(error, found, family)
        } else callback(notFound(host), "")
      })
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)), "")
    }
  }
