/**
 * Test layers for effect-requests.
 *
 * @module
 */
export * as Hops from "./Hops.js"
export * as StubAdapter from "./StubAdapter.js"
