/**
 * A client of Notes, a service that does not exist.
 *
 * @module
 */
export * as Notes from "./Notes.js"
