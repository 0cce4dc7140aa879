/**
 * Adapters by URL prefix, changed while a session lives (requests' `Session.mount`, `get_adapter`).
 *
 * @module
 */
import { MutableRef } from "effect"
import { longestPrefix } from "../rules/mount.js"
import type { Wire } from "./Adapter.js"
import { held } from "./Deadline.js"

const mounted = (wire: Wire): Wire =>
  wire.supports.has("deadline") ? wire : { whole: held(wire.whole), live: held(wire.live), supports: wire.supports }

/** Which adapter serves which prefix. */
export class Mounts {
  private readonly table: MutableRef.MutableRef<ReadonlyMap<string, Wire>>

  private constructor(table: ReadonlyMap<string, Wire>) {
    this.table = MutableRef.make(table)
  }

  /** One adapter for http and https, as every session begins. */
  static of(wire: Wire): Mounts {
    const one = mounted(wire)
    return new Mounts(
      new Map([
        ["https://", one],
        ["http://", one]
      ])
    )
  }

  /** A table of one's own, with the same adapters. */
  fork(): Mounts {
    return new Mounts(MutableRef.get(this.table))
  }

  /** Mounts an adapter; one of the same prefix is replaced. */
  mount(prefix: string, wire: Wire): void {
    MutableRef.update(this.table, (table) => new Map([...table, [prefix, mounted(wire)]]))
  }

  /** The adapter of the longest prefix that covers the URL. */
  find(href: string): Wire | undefined {
    const table = MutableRef.get(this.table)
    const prefix = longestPrefix(table.keys(), href)
    return prefix === undefined ? undefined : table.get(prefix)
  }
}
