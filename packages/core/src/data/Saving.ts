/**
 * Settings on their way into a snapshot: their normal form, or the path of what JSON cannot hold.
 *
 * @module
 */
import type { Duration } from "effect"
import { Either } from "effect"
import * as Params from "./Params.js"
import { saveAuth, saveCert } from "./SavedAuth.js"
import { type EveryField, present, type SavedLayer, type SavedSettings } from "./SavedSettings.js"
import { type Hooks, Only, type Settings } from "./Settings.js"
import { Unsaveable } from "./SnapshotErrors.js"
import * as Timeout from "./Timeout.js"

type Saves<A> = Either.Either<A, Unsaveable>

const refuse = (path: string, problem: string): Saves<never> => Either.left(new Unsaveable({ path, problem }))

/**
 * Settings as a snapshot has them. Fails with the path of the first thing that cannot be saved.
 *
 * @example
 * import { SessionState, Snapshot } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const saved = Snapshot.seal(SessionState.make({ settings: { hooks: { response: [() => undefined] } } }))
 * console.assert(Either.isLeft(saved) && saved.left.path === "settings.hooks.response[0]")
 */
export const save = (settings: Settings): Saves<SavedSettings> =>
  Either.gen(function* () {
    const { auth, baseUrl, cert } = settings
    const fields: EveryField<SavedSettings> = {
      baseUrl: baseUrl === undefined || baseUrl === null ? baseUrl : String(baseUrl),
      headers: layer(settings.headers, pairs),
      params: yield* savedParams(settings.params),
      auth: auth === undefined || auth === null ? auth : yield* saveAuth(auth),
      cookies: layer(settings.cookies, pairs),
      hooks: yield* savedHooks(settings.hooks),
      timeout: layer(settings.timeout, savedTimeout),
      allowRedirects: settings.allowRedirects,
      maxRedirects: settings.maxRedirects,
      redirects: yield* savedRedirects(settings.redirects),
      keepAcrossOrigins: settings.keepAcrossOrigins,
      verify: settings.verify,
      cert: cert === undefined || cert === null ? cert : yield* saveCert(cert),
      tls: layer(settings.tls, present),
      proxies: layer(settings.proxies, pairs),
      trustEnv: settings.trustEnv,
      environment: layer(settings.environment, present),
      authentication: layer(settings.authentication, present),
      jar: layer(settings.jar, present),
      decompress: savedDecompress(settings.decompress)
    }
    const stranger = Object.keys(settings).find((name) => !Object.hasOwn(fields, name))
    return stranger === undefined
      ? present(fields)
      : yield* refuse(`settings.${stranger}`, "is no setting that a snapshot knows")
  })

const layer = <A extends object | string | number | bigint, B>(
  setting: A | Only<A> | null | undefined,
  f: (value: A) => B
): SavedLayer<B> | undefined => {
  if (setting === undefined || setting === null) return setting
  return setting instanceof Only ? { only: f(setting.value) } : { parts: f(setting) }
}

const pairs = <A>(record: { readonly [name: string]: A | undefined }): ReadonlyArray<readonly [string, A]> =>
  Object.entries(record).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))

/** A number stays as it is, a bad one too: it is refused when a request is prepared, after restoring as before. */
const millis = (part: Duration.DurationInput): number =>
  typeof part === "number" ? part : (Timeout.millis(part) ?? Number.NaN)

const part = (input: Duration.DurationInput | null | undefined): number | null | undefined =>
  input === undefined || input === null ? input : millis(input)

const savedTimeout = (input: Timeout.Input) =>
  Timeout.isParts(input)
    ? present({
        connect: part(input.connect),
        headers: part(input.headers),
        read: part(input.read),
        total: part(input.total)
      })
    : millis(input)

const savedDecompress = (input: Settings["decompress"]) =>
  typeof input === "object" ? present({ size: input.size, ratio: input.ratio, codings: input.codings }) : input

const savedParams = (setting: Settings["params"]): Saves<SavedSettings["params"]> => {
  const input = setting instanceof Only ? setting.value : setting
  // To save it would be to use it up.
  if (isOnce(input)) return unsaveable("settings.params", "is an iterator, which can be read only once")
  const saved: Array<SavedParam> = []
  for (const { name, value } of input === undefined || input === null ? [] : Params.make(input).entries) {
    if (value === undefined)
      return unsaveable(`settings.params[${JSON.stringify(name ?? "")}]`, "is nothing that a query can hold")
    saved.push(name === undefined ? { value } : { name, value })
  }
  return Either.right(layer(setting, () => saved))
}

interface SavedParam {
  readonly name?: string
  readonly value: string | null
}

const unsaveable = (path: string, problem: string) => Either.left(new Unsaveable({ path, problem }))

const isOnce = (input: Params.Input | null | undefined): boolean =>
  typeof input === "object" && input !== null && Symbol.iterator in input && "next" in input

const savedRedirects = (setting: Settings["redirects"]): Saves<SavedSettings["redirects"]> => {
  const policy = setting instanceof Only ? setting.value : setting
  return policy?.decide === undefined
    ? Either.right(
        layer(
          setting,
          ({ bodyOfKeptMethod, bodyToOtherOrigin, decide: _, downgrade, secrets, severalLocations, ...more }) =>
            present({ downgrade, severalLocations, bodyToOtherOrigin, secrets, bodyOfKeptMethod, ...more })
        )
      )
    : refuse("settings.redirects.decide", "is a function")
}

const savedHooks = (setting: Settings["hooks"]): Saves<SavedSettings["hooks"]> => {
  const hooks = setting instanceof Only ? setting.value : setting
  const found =
    hooks === undefined || hooks === null ? undefined : (functionIn(hooks, "response") ?? functionIn(hooks, "append"))
  return found === undefined
    ? Either.right(
        layer(setting, ({ append, response }) => present({ response: empty(response), append: empty(append) }))
      )
    : refuse(`settings.hooks.${found}`, "is a function")
}

const functionIn = (hooks: Hooks, when: "response" | "append"): string | undefined => {
  const given = hooks[when]
  if (given === undefined) return undefined
  if (typeof given === "function") return when
  return given.length === 0 ? undefined : `${when}[0]`
}

const empty = (hooks: Hooks["response"]): readonly [] | undefined => (hooks === undefined ? undefined : [])
