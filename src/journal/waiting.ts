import { listCursors, readCursor } from './cursor.ts'
import { errorCode } from './faults.ts'
import type { JournalRecord } from './frame.ts'
import { listParts } from './part.ts'
import { PartReader } from './part-reader.ts'
import { oldestPosition } from './segment.ts'
import type { Position } from './segment.ts'

/** Records that are read at once where all that wait are listed. */
const LIMITS = { maxRecords: 1000, maxBytes: 1_048_576 }

/** Where a destination stands in a part, without changing anything. */
export interface Standing {
  readonly destination: string
  readonly cursor: 'good' | 'absent' | 'broken'
  /** Of the first record that it has not confirmed. */
  readonly position: Position
}

/**
 * How far the destinations are, by their cursors; those named, or all that have a cursor. Throws the system's errors.
 */
export function standings(part: string, destinations: readonly string[] = listCursors(part)): Standing[] {
  return destinations.map((destination) => {
    const cursor = readCursor(part, destination)
    if (typeof cursor === 'string') return { destination, cursor, position: oldestPosition(part) }
    return { destination, cursor: 'good', position: cursor }
  })
}

/** A waiting record and the part that it stands in. */
export interface WaitingRecord {
  readonly part: string
  readonly record: JournalRecord
}

/**
 * Every record that at least one destination has not confirmed (those named, or all that have a cursor), part by part and
 * in order. Changes nothing; owners may live and go on. Throws the system's errors.
 */
export function* exportLines(journal: string, destinations?: readonly string[]): Generator<WaitingRecord, void, undefined> {
  for (const part of listParts(journal)) {
    try {
      const positions = standings(part, destinations).map((standing) => standing.position)
      const start = positions.reduce(
        (lowest, position) => (position.sequence < lowest.sequence ? position : lowest), positions[0] ?? oldestPosition(part),
      )
      yield* readAll(part, start)
    } catch (error) {
      // The part was drained and removed meanwhile: nothing of it waits.
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }
}

function* readAll(part: string, start: Position): Generator<WaitingRecord, void, undefined> {
  const reader = new PartReader(part, start, false)
  try {
    for (;;) {
      const { records } = reader.read(LIMITS)
      if (records.length === 0) return
      for (const record of records) yield { part, record }
    }
  } finally {
    reader.close()
  }
}
