/**
 * effect-requests on Node: `NodeSession` is all that a program needs.
 *
 * @module
 */
export * as Decoders from "./Decoders.js"
export * as NodeBody from "./NodeBody.js"
export * as NodeEnvironment from "./NodeEnvironment.js"
export * as NodeSession from "./NodeSession.js"
export * as UndiciAdapter from "./UndiciAdapter.js"
