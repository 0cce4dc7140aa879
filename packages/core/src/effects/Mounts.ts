/**
 * Adapters by URL prefix, changed while a session lives (requests' `Session.mount`, `get_adapter`).
 *
 * @module
 */
import { MutableRef } from "effect"
import { type Decoders, none } from "../data/Decompression.js"
import { longestPrefix } from "../rules/mount.js"
import { type Wire, wrap } from "./Adapter.js"
import { held } from "./Deadline.js"
import * as Decompress from "./Decompress.js"

/** An adapter, and what every session puts around it: the deadline, where it does not keep it itself, and decompression. */
const mounted = (wire: Wire, decoders: Decoders): Wire => {
  const timed = wire.supports.has("deadline") ? wire : wrap(held)(wire)
  return decoders.size === 0 ? timed : wrap(Decompress.make(decoders))(timed)
}

/** Which adapter serves which prefix. */
export class Mounts {
  private readonly table: MutableRef.MutableRef<ReadonlyMap<string, Wire>>

  private constructor(
    table: ReadonlyMap<string, Wire>,
    private readonly decoders: Decoders
  ) {
    this.table = MutableRef.make(table)
  }

  /** One adapter for http and https, as every session begins. */
  static of(wire: Wire, decoders: Decoders = none): Mounts {
    const one = mounted(wire, decoders)
    return new Mounts(
      new Map([
        ["https://", one],
        ["http://", one]
      ]),
      decoders
    )
  }

  /** A table of one's own, with the same adapters. */
  fork(): Mounts {
    return new Mounts(MutableRef.get(this.table), this.decoders)
  }

  /** Mounts an adapter; one of the same prefix is replaced. */
  mount(prefix: string, wire: Wire): void {
    MutableRef.update(this.table, (table) => new Map([...table, [prefix, mounted(wire, this.decoders)]]))
  }

  /** The adapter of the longest prefix that covers the URL. */
  find(href: string): Wire | undefined {
    const table = MutableRef.get(this.table)
    const prefix = longestPrefix(table.keys(), href)
    return prefix === undefined ? undefined : table.get(prefix)
  }
}
