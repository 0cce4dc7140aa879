/**
 * The version that the User-Agent names; a test holds it against package.json.
 *
 * @module
 */

/** Of this package. */
export const version = "0.0.0"

/** Name and version only, never the platform's (requests' `default_user_agent`). */
export const userAgent = `effect-requests/${version}`
