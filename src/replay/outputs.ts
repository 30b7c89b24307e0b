import { closeSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs'
import type { Writable } from 'node:stream'
import type { Destination, Parcel } from '../destinations/destination.ts'
import type { DeadLetters } from '../forward/dead-letter.ts'
import { forward, type Source } from '../forward/forwarder.ts'
import { createGate, type ForwarderState, type Gate } from '../forward/gate.ts'
import type { Batch } from './batch.ts'

/** Takes all batches; `settle` is called for each when its records are where they belong. Ends early, after a batch, at the signal. */
export type Output = (batches: AsyncGenerator<Batch, void, undefined>, settle: (batch: Batch) => void, stop: AbortSignal) => Promise<void>

/** Writes to a stream; rejects with its error. A reader that is slow holds the replay up. */
export function toStream(stream: Writable): Output {
  return async (batches, settle, stop) => {
    for await (const batch of batches) {
      if (stop.aborted) return
      const { bytes } = batch
      if (bytes !== undefined && bytes.length > 0) {
        await new Promise<void>((resolve, reject) => stream.write(bytes, (error) => (error ? reject(error) : resolve())))
      }
      settle(batch)
    }
  }
}

/** Counts only. */
export const toNowhere: Output = async (batches, settle, stop) => {
  for await (const batch of batches) {
    if (stop.aborted) return
    settle(batch)
  }
}

/** The way to a destination. */
export interface Route {
  readonly destination: Destination
  readonly deadLetters: DeadLetters
  readonly state: ForwarderState
  readonly report: (message: string) => void
  readonly gate: Gate
}

export function createRoute(way: Omit<Route, 'gate'>): Route {
  const { destination, state, report } = way
  return { ...way, gate: createGate({ name: destination.name, slots: destination.inFlight ?? 1, state, report, meanwhile: 'the replay waits' }) }
}

/** Delivers to an open destination, as the forwarder does from the journal: until it has them, or has refused them for good. */
export function toDestination(route: Route): Output {
  return async (batches, settle, stop) => {
    let arrived: Batch | undefined
    const source = {
      read() {
        const next = arrived
        arrived = undefined
        return { parcels: next?.parcels ?? [], next }
      },
      async more() {
        const { value, done } = await batches.next()
        arrived = done === true ? undefined : value
        return arrived !== undefined
      },
      commit: settle,
    }
    try {
      await forward(source, route, stop)
    } finally {
      await batches.return()
    }
  }
}

/** Delivers batches of dead letters: to each destination its own, to all at once. `routeOf` opens a destination that is not open yet. */
export function toAddressees(routeOf: (name: string) => Promise<Route>): Output {
  return async (batches, settle, stop) => {
    for await (const batch of batches) {
      const deliveries: { readonly route: Route; readonly parcels: readonly Parcel[] }[] = []
      // Before anything is on its way: one that cannot be opened ends the replay.
      for (const [name, parcels] of batch.addressed ?? []) deliveries.push({ route: await routeOf(name), parcels })
      const settled = await Promise.all(deliveries.map(({ route, parcels }) => deliverAll(parcels, route, stop)))
      if (settled.includes(false)) return
      settle(batch)
    }
  }
}

/** Delivers until all are taken, or refused for good; false if the signal came first. */
async function deliverAll(parcels: readonly Parcel[], route: Route, stop: AbortSignal): Promise<boolean> {
  let at = 0
  let settled = 0
  const source: Source<number> = {
    read({ records, bytes }) {
      const from = at
      for (let room = bytes; at < parcels.length && at - from < records; at++) {
        room -= (parcels[at] as Parcel).line.length
        if (room < 0 && at > from) break
      }
      return { parcels: parcels.slice(from, at), next: at === from ? undefined : at }
    },
    more: async () => at < parcels.length,
    commit(next) {
      settled = next
    },
  }
  await forward(source, route, stop)
  return settled === parcels.length
}

/** The longest record that may be cut off again. */
const LONGEST_TORN = 64 * 1024 * 1024
const NEWLINE = 0x0a

/**
 * Cuts off the beginning of a record that a killed replay left at the end of a file: it will be written again, whole. Only for a
 * regular file that is appended to; anything else is left alone.
 */
export function cutTornRecord(descriptor: number): void {
  try {
    const { size } = fstatSync(descriptor)
    if (!fstatSync(descriptor).isFile() || size === 0) return
    // The descriptor itself may be for writing only.
    const file = openSync(`/dev/fd/${descriptor}`, 'r')
    try {
      const end = endOfLastLine(file, size)
      if (end !== undefined && end < size && isRecord(file, end)) ftruncateSync(descriptor, end)
    } finally {
      closeSync(file)
    }
  } catch {
    // A system without /dev/fd: whoever reads the file meets half a record.
  }
}

/** True if what stands there begins as records do: anything else is not ours to cut off. */
function isRecord(file: number, at: number): boolean {
  const head = Buffer.alloc(2)
  const length = readSync(file, head, 0, 2, at)
  return '{"'.startsWith(head.toString('latin1', 0, length))
}

function endOfLastLine(file: number, size: number): number | undefined {
  const block = Buffer.alloc(64 * 1024)
  for (let end = size; end > 0 && end > size - LONGEST_TORN; ) {
    const start = Math.max(0, end - block.length)
    const length = readSync(file, block, 0, end - start, start)
    const newline = block.subarray(0, length).lastIndexOf(NEWLINE)
    if (newline >= 0) return start + newline + 1
    end = start
  }
  return size <= LONGEST_TORN ? 0 : undefined
}
