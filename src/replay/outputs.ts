import { closeSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs'
import type { Writable } from 'node:stream'
import type { Destination } from '../destinations/destination.ts'
import type { DeadLetters } from '../forward/dead-letter.ts'
import { forward } from '../forward/forwarder.ts'
import { createGate, type ForwarderState } from '../forward/gate.ts'
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

export interface DestinationOutputOptions {
  readonly destination: Destination
  readonly deadLetters: DeadLetters
  readonly state: ForwarderState
  readonly report: (message: string) => void
}

/** Delivers to an open destination, as the forwarder does from the journal: until it has them, or has refused them for good. */
export function toDestination(options: DestinationOutputOptions): Output {
  return async (batches, settle, stop) => {
    const { destination, state, report } = options
    const gate = createGate({ name: destination.name, slots: destination.inFlight ?? 1, state, report, meanwhile: 'the replay waits' })
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
      await forward(source, { ...options, gate }, stop)
    } finally {
      await batches.return()
    }
  }
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
