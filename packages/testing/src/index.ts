/**
 * Test layers for effect-requests.
 *
 * @module
 */
export * as StubAdapter from "./StubAdapter.js"
