/**
 * Proxies by URL: requests' keys, from the most to the least particular: `"https://host"`, `"https"`, `"all://host"`, `"all"`.
 *
 * @module
 */

/** A proxy's URL; `direct` for none, also where the environment names one; `null` takes the key away. */
export type Proxies = { readonly [key: string]: string | null }

/** No proxy, whatever the environment says. */
export const direct = "direct"
