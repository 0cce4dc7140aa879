/** The command behind `pnpm example NAME`. */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Option, Record } from "effect"
import { examples } from "./examples.js"

const named = (name: string) => Record.get<string, Effect.Effect<void, unknown>>(examples, name)

const usage = Effect.zipRight(
  Console.error(`example NAME, one of: ${Object.keys(examples).join(", ")}`),
  Effect.sync(() => {
    process.exitCode = 1
  })
)

NodeRuntime.runMain(Option.getOrElse(named(process.argv[2] ?? ""), () => usage))
