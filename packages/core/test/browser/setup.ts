/**
 * Before the browser's tests: the server that they talk to.
 *
 * @module
 */
import type { TestProject } from "vitest/node"
import { serve } from "./server.js"

declare module "vitest" {
  interface ProvidedContext {
    /** The origin of the server. */
    readonly api: string
    /** A place where nobody listens. */
    readonly closed: string
  }
}

export default async ({ provide }: TestProject): Promise<() => void> => {
  const gone = await serve()
  gone.close()
  provide("closed", gone.url)
  const { close, url } = await serve()
  provide("api", url)
  return close
}
