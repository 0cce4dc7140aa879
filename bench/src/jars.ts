/**
 * Jars of any size: ten cookies a domain, and five for the host that is asked.
 *
 * @module
 */
import { Cookie, Cookies, Target } from "@effect-requests/core"
import { Either } from "effect"

/** The host that is asked. */
export const asked = Target.fromUrl(new URL("https://app.example.com/account/settings"))

const cookie = (name: string, domain: string): Cookie.Cookie =>
  Either.getOrThrow(Cookie.make(name, `value-${name}`, { domain }))

/** A jar of so many cookies, five of them for `asked`. */
export const jarOf = (size: number): Cookies.Cookies =>
  Cookies.fromArray(
    Array.from({ length: size }, (_, i) =>
      cookie(`c${i % 10}`, i < 5 ? asked.host : `site${Math.floor(i / 10)}.example.org`)
    )
  )
