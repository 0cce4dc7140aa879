/**
 * Adapters by URL prefix, changed while a session lives (requests' `Session.mount`, `get_adapter`).
 *
 * @module
 */
import { MutableRef } from "effect"
import { type Decoders, none } from "../data/Decompression.js"
import { inOrder, type Mount, serving } from "../rules/mount.js"
import { type Wire, wrap } from "./Adapter.js"
import { held } from "./Deadline.js"
import * as Decompress from "./Decompress.js"

/** An adapter, and what every session puts around it: the deadline, where it does not keep it itself, and decompression. */
const mounted = (wire: Wire, decoders: Decoders): Wire => {
  const timed = wire.supports.has("deadline") ? wire : wrap(held)(wire)
  return decoders.size === 0 ? timed : wrap(Decompress.make(decoders))(timed)
}

/** What is mounted, by prefix and in the order in which it is looked at. */
interface Table {
  readonly wires: ReadonlyMap<string, Wire>
  readonly order: ReadonlyArray<Mount<Wire>>
}

const tableOf = (wires: ReadonlyMap<string, Wire>): Table => ({ wires, order: inOrder(wires) })

/** Which adapter serves which prefix. */
export class Mounts {
  private readonly table: MutableRef.MutableRef<Table>

  private constructor(
    table: Table,
    private readonly decoders: Decoders
  ) {
    this.table = MutableRef.make(table)
  }

  /** One adapter for http and https, as every session begins. */
  static of(wire: Wire, decoders: Decoders = none): Mounts {
    const one = mounted(wire, decoders)
    const wires = new Map([
      ["https://", one],
      ["http://", one]
    ])
    return new Mounts(tableOf(wires), decoders)
  }

  /** A table of one's own, with the same adapters. */
  fork(): Mounts {
    return new Mounts(MutableRef.get(this.table), this.decoders)
  }

  /** Mounts an adapter; one of the same prefix is replaced. */
  mount(prefix: string, wire: Wire): void {
    MutableRef.update(this.table, ({ wires }) => tableOf(new Map([...wires, [prefix, mounted(wire, this.decoders)]])))
  }

  /** The adapter of the longest prefix that covers the URL. */
  find(href: string): Wire | undefined {
    return serving(MutableRef.get(this.table).order, href)
  }
}
