// In an example `console.assert` states a fact: it must hold.
console.assert = (condition?: unknown, ...message: ReadonlyArray<unknown>) => {
  if (!condition) throw new Error(["console.assert failed", ...message].join(": "))
}
