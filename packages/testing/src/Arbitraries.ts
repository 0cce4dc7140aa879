/**
 * Values for laws by fast-check (`effect/FastCheck`). The alphabets are small: names must collide, or nothing is tested.
 *
 * @module
 */
export * from "./MessageArbitraries.js"
export * from "./SettingsArbitraries.js"
