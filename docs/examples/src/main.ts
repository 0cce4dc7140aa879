/** The command behind `pnpm demo`. */
import { NodeRuntime } from "@effect/platform-node"
import { main } from "./demo.js"

NodeRuntime.runMain(main(process.argv.slice(2)))
