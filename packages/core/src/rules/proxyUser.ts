/**
 * Whose name a message gives its proxy.
 *
 * @module
 */
import type { PreparedRequest } from "../data/PreparedRequest.js"
import { urlOf } from "./noProxy.js"
import { passage } from "./passage.js"
import { getAuthFromUrl } from "./userinfo.js"

/** A user of a proxy. */
export interface ProxyUser {
  readonly username: string
  readonly password: string
  /** Where the proxy's challenge is kept: apart from what an origin of the same name says. */
  readonly key: string
}

/** Only what stands in the proxy's URL is a user and a password; a field of the user's own stays as it is. */
export const proxyUser = (request: Pick<PreparedRequest, "target" | "transport">): ProxyUser | undefined => {
  const { proxy } = request.transport
  if (proxy === undefined || passage(request) === "Socks") return undefined
  const [username, password] = getAuthFromUrl(proxy)
  const origin = urlOf(proxy)?.origin
  return username === "" || origin === undefined ? undefined : { username, password, key: `proxy ${origin}` }
}
