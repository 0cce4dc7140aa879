import { expect, it } from "vitest"
import { blocks, strangers, title } from "./blocks.js"

const root = new URL("../", import.meta.url)
const all = blocks(root)

it("examples import only what a reader can install", () => {
  expect(strangers(all)).toEqual([])
})

for (const block of all.filter((one) => one.kind === "run")) {
  it(title(block), () => import(/* @vite-ignore */ new URL(block.path, root).pathname))
}
