/** A console that keeps its lines. */
import { Console, Effect } from "effect"

export const kept = (lines: Array<string>) => {
  const keep = (...args: ReadonlyArray<unknown>) => Effect.sync(() => void lines.push(args.join(" ")))
  return <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.flatMap(Console.consoleWith(Effect.succeed), (console) =>
      Console.withConsole(effect, { ...console, log: keep })
    )
}
