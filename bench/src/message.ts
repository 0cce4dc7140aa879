/**
 * What a session of the bench says with each request.
 *
 * @module
 */

/** Five fields of the session's own; with its three cookies they are what `/checked` wants to see. */
export const headers = {
  "User-Agent": "bench/1",
  Accept: "application/json",
  "Accept-Language": "en",
  "X-Api-Key": "key-of-the-bench",
  "X-Client": "bench"
}

/** What a session of the bench sends with each request, written by hand. */
export const message = { ...headers, Cookie: "sid=0123456789abcdef; theme=dark; lang=en" }
