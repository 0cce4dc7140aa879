/**
 * The questions over the Node adapter, as a program: for Node, and for runtimes that say that they can do what Node can.
 *
 * @module
 */
import { NodeSession } from "@effect-requests/node"
import { lines, type Places } from "./questions.js"

declare const PLACES: Places

for (const line of await lines(PLACES, NodeSession.layerAdapter())) console.log(line)
process.exit(0)
