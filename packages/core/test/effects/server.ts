/** A small world behind a stub: what the tests of sessions talk to. */
import type { PreparedRequest } from "@effect-requests/core"
import { Headers } from "@effect-requests/core"
import type { StubAdapter } from "@effect-requests/testing"

/** `/chain/N` redirects N times and sets a cookie each time; `/set?x=1` sets cookies; the rest is an echo. */
export const world: StubAdapter.Handler = (request: PreparedRequest.PreparedRequest): StubAdapter.Reply => {
  const { path, pathname } = request.target
  const left = /^\/chain\/(\d+)$/.exec(pathname)?.[1]
  if (left !== undefined && left !== "0") {
    return {
      status: 302,
      headers: [
        ["Location", `/chain/${Number(left) - 1}`],
        ["Set-Cookie", `hop${left}=1; Path=/`]
      ],
      text: "gone"
    }
  }
  if (pathname === "/set") {
    return {
      status: 204,
      headers: Array.from(new URLSearchParams(path.split("?")[1])).map(([n, v]) => ["Set-Cookie", `${n}=${v}`] as const)
    }
  }
  if (pathname === "/to") return { status: 302, headers: { Location: decodeURIComponent(path.split("?")[1] ?? "") } }
  const status = /^\/status\/(\d+)$/.exec(pathname)?.[1]
  if (status !== undefined) return { status: Number(status), reason: "Said So" }
  return {
    json: {
      method: request.method,
      url: request.url,
      cookie: Headers.get(request.headers, "cookie") ?? null,
      id: 1,
      name: "ada"
    }
  }
}
