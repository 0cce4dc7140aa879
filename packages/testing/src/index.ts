/**
 * Test layers for effect-requests.
 *
 * @module
 */
export * as AdapterLaws from "./AdapterLaws.js"
export * as AppAdapter from "./AppAdapter.js"
export * as Arbitraries from "./Arbitraries.js"
export * as CallLog from "./CallLog.js"
export * as Cassette from "./Cassette.js"
export * as Faults from "./Faults.js"
export * as Har from "./Har.js"
export * as Hops from "./Hops.js"
export * as Peer from "./Peer.js"
export * as Reply from "./Reply.js"
export * as Route from "./Route.js"
export * as Routes from "./Routes.js"
export * as RoutesServer from "./RoutesServer.js"
export * as StubAdapter from "./StubAdapter.js"
