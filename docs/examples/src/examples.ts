/**
 * The examples by their names. Each prints what it has to show, and needs nothing.
 */
import { compose } from "./compose.js"
import { crawler } from "./crawler.js"
import { inProcess } from "./inProcess.js"
import { loginOnce } from "./login.js"
import { notes } from "./notes.js"
import { replay, tape } from "./record.js"

export const examples = {
  compose,
  notes,
  crawler,
  login: loginOnce,
  "in-process": inProcess,
  record: replay(tape)
}
