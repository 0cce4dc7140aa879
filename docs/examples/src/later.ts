/**
 * The second half of `pnpm example login`, in a process of its own: `later.ts FILE`.
 */
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Effect } from "effect"
import { later } from "./login.js"

NodeRuntime.runMain(Effect.provide(later(process.argv[2] ?? ""), NodeContext.layer))
