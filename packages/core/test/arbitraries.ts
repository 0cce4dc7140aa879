/** Values for the laws, under the names that the tests know. */
import { Arbitraries } from "@effect-requests/testing"

export const { body, headerName, headerValue, headers, origin, params, path, settings, url } = Arbitraries
