/**
 * Every area that we have an answer for.
 *
 * @module
 */
import type { Area } from "../area.js"
import { missingAreas } from "../missing.js"
import { adapterPrefix } from "./adapter-prefix.js"
import { authFromUrl } from "./auth-from-url.js"
import { basicAuth } from "./basic-auth.js"
import { dictHeader } from "./dict-header.js"
import { digest } from "./digest.js"
import { headerEncoding } from "./header-encoding.js"
import { headerValidity } from "./header-validity.js"
import { isRedirect } from "./is-redirect.js"
import { iterLines } from "./iter-lines.js"
import { jsonEncoding } from "./json-encoding.js"
import { linkHeader } from "./link-header.js"
import { mergeSetting } from "./merge-setting.js"
import { multipart } from "./multipart.js"
import { netrc } from "./netrc.js"
import { noProxy } from "./no-proxy.js"
import { prepareBody } from "./prepare-body.js"
import { prepareUrl } from "./prepare-url.js"
import { redirectStep } from "./redirect-step.js"
import { requoteUri } from "./requote-uri.js"
import { resolveProxies } from "./resolve-proxies.js"
import { selectProxy } from "./select-proxy.js"
import { shouldStripAuth } from "./should-strip-auth.js"
import { statusError } from "./status-error.js"

export const areas: ReadonlyArray<Area> = [
  adapterPrefix,
  authFromUrl,
  basicAuth,
  dictHeader,
  digest,
  headerEncoding,
  headerValidity,
  isRedirect,
  iterLines,
  jsonEncoding,
  linkHeader,
  mergeSetting,
  multipart,
  netrc,
  noProxy,
  prepareBody,
  prepareUrl,
  redirectStep,
  requoteUri,
  resolveProxies,
  selectProxy,
  shouldStripAuth,
  statusError,
  ...missingAreas
]
