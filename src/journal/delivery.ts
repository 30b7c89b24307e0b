import { unlinkSync } from 'node:fs'
import { deleteCursor, listCursors, readCursor, writeCursor } from './cursor.ts'
import { errorCode, failure } from './faults.ts'
import type { Failed } from './faults.ts'
import type { SyncPolicy } from './journal.ts'
import type { Lock } from './lock.ts'
import { removePart } from './part.ts'
import { PartReader } from './part-reader.ts'
import type { Batch, ReadLimits } from './part-reader.ts'
import { findEnd } from './recovery.ts'
import { listSegments, oldestPosition, segmentBytes } from './segment.ts'
import type { Position } from './segment.ts'

export interface DeliveryOptions {
  /** Names of the configured destinations: what each of them has confirmed is deleted, and what any has not is kept. */
  readonly destinations: readonly string[]
  /** Cursors are synced only with `always`: after a power cut an old one makes records be delivered again. */
  readonly sync: SyncPolicy
}

/** The part is adopted: nobody appends to it any more, and we hold its lock. */
interface Adoption {
  readonly lock: Lock
}

interface Reading {
  readonly reader: PartReader
  committed: Position
  /** True if the last read found nothing. */
  exhausted: boolean
}

/** Opens the delivering end of a part: of this process's own, or of an adopted one. The system's refusals are values. */
export function openDelivery(part: string, options: DeliveryOptions, adoption?: Adoption): Delivery | Failed {
  try {
    return new Delivery(part, options, adoption)
  } catch (error) {
    return failure(error, `opening journal ${part}`)
  }
}

/** The delivering end of a part: reads for each destination, keeps the cursors, deletes what all have passed. */
export class Delivery {
  readonly part: string
  /** What was found on opening, one line each. */
  readonly notices: readonly string[]
  readonly #adoption: Adoption | undefined
  readonly #durable: boolean
  readonly #readings = new Map<string, Reading>()

  /** Use `openDelivery`. Throws the system's errors. */
  constructor(part: string, options: DeliveryOptions, adoption: Adoption | undefined) {
    this.part = part
    this.#adoption = adoption
    this.#durable = options.sync === 'always'
    const notices = dropForeignCursors(part, options.destinations)
    for (const destination of options.destinations) {
      const committed = startOf(part, destination, notices)
      const reader = new PartReader(part, committed, adoption !== undefined)
      this.#readings.set(destination, { reader, committed, exhausted: false })
    }
    this.notices = notices
  }

  /** The next records for a destination, in order; each call goes on behind the one before. */
  read(destination: string, limits: ReadLimits): Batch | Failed {
    const reading = this.#reading(destination)
    try {
      const batch = reading.reader.read(limits)
      reading.exhausted = batch.records.length === 0
      return batch
    } catch (error) {
      return failure(error, `reading journal ${this.part}`)
    }
  }

  /** Reads again from what was committed last. */
  rewind(destination: string): void {
    const reading = this.#reading(destination)
    reading.reader.close()
    const reader = new PartReader(this.part, reading.committed, this.#adoption !== undefined)
    this.#readings.set(destination, { reader, committed: reading.committed, exhausted: false })
  }

  /**
   * Records that a destination is done with everything before `position` (a batch's `next`). If the cursor cannot be
   * written the position counts all the same: on a full disk only the deletion of passed segments makes room again.
   */
  commit(destination: string, position: Position): 'ok' | Failed {
    this.#reading(destination).committed = position
    const written = this.#writeCursor(destination, position)
    const deleted = this.#deletePassed()
    return written === 'ok' ? deleted : written
  }

  /** True for an adopted part of which every destination has read and committed everything: it can be removed. */
  isDrained(): boolean {
    if (this.#adoption === undefined || this.#readings.size === 0) return false
    return [...this.#readings.values()].every(
      ({ reader, committed, exhausted }) => exhausted && committed.sequence >= reader.position.sequence,
    )
  }

  /** Removes a drained part, and closes this. */
  remove(): 'ok' | Failed {
    try {
      removePart(this.part)
      return 'ok'
    } catch (error) {
      return failure(error, `removing journal ${this.part}`)
    } finally {
      this.close()
    }
  }

  /** Ends reading; an adopted part is free for the next to adopt. */
  close(): void {
    for (const { reader } of this.#readings.values()) reader.close()
    this.#readings.clear()
    this.#adoption?.lock.release()
  }

  #writeCursor(destination: string, position: Position): 'ok' | Failed {
    try {
      writeCursor(this.part, destination, position, this.#durable)
      return 'ok'
    } catch (error) {
      return failure(error, `cursor of ${destination} in journal ${this.part}`)
    }
  }

  /** Deletes every segment whose records all destinations are done with; never the last one. */
  #deletePassed(): 'ok' | Failed {
    let needed = Infinity
    for (const { committed } of this.#readings.values()) needed = Math.min(needed, committed.sequence)
    try {
      const segments = listSegments(this.part)
      for (const [index, segment] of segments.entries()) {
        const successor = segments[index + 1]
        if (successor === undefined || successor.first > needed) break
        unlinkSync(segment.path)
      }
      return 'ok'
    } catch (error) {
      return failure(error, `deleting delivered segments of journal ${this.part}`)
    }
  }

  #reading(destination: string): Reading {
    const reading = this.#readings.get(destination)
    if (reading === undefined) throw new Error(`no destination ${destination} in this delivery`)
    return reading
  }
}

/** The destination's cursor; without a good one the oldest record, so that nothing is missed. */
function startOf(part: string, destination: string, notices: string[]): Position {
  const cursor = readCursor(part, destination)
  if (typeof cursor === 'object') return cursor
  const start = oldestPosition(part)
  if (cursor === 'broken') {
    notices.push(
      `journal ${part}: the cursor of ${destination} is broken; starting at its oldest record, ${start.sequence}:`
      + ' records may be delivered again',
    )
  } else if (listSegments(part).some((segment) => segmentBytes(segment) > 0)) {
    notices.push(`journal ${part}: ${destination} has no cursor; starting at its oldest record, ${start.sequence}`)
  }
  return start
}

/** Destinations that are no longer configured hold nothing back; the text of each dropped cursor says what it missed. */
function dropForeignCursors(part: string, destinations: readonly string[]): string[] {
  const notices: string[] = []
  for (const destination of listCursors(part)) {
    if (destinations.includes(destination)) continue
    const cursor = readCursor(part, destination)
    const from = typeof cursor === 'object' ? cursor : oldestPosition(part)
    const waiting = Math.max(0, findEnd(part).next - from.sequence)
    notices.push(
      `journal ${part}: ${destination} is no longer configured;`
      + ` ${waiting} records that waited for it are not kept for it any more`,
    )
    try {
      deleteCursor(part, destination)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }
  return notices
}
