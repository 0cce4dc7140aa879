import { afterEach, expect } from "vitest"

afterEach(({ task }) => {
  task.meta.assertions = expect.getState().assertionCalls
})
