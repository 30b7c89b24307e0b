import { truncateSync } from 'node:fs'
import { basename } from 'node:path'
import { listCursors, readCursor } from './cursor.ts'
import { SegmentReader } from './segment-reader.ts'
import { listSegments } from './segment.ts'
import type { Position, Segment } from './segment.ts'

/** Where the records of a part end. */
export interface PartEnd {
  /** Sequence behind the last complete record. */
  readonly next: number
  /** The last segment; `undefined` in a part without any. */
  readonly last: Segment | undefined
  /** Bytes of the last segment up to the end of its last complete record. */
  readonly bytes: number
  /** Bytes behind that: the record that is being written, or was when its owner died. */
  readonly tornBytes: number
}

/**
 * Finds the end of a part by reading its last segment from the furthest cursor on: what was delivered has been read
 * already, and a start with a full segment would take 30 ms longer. Throws the system's errors.
 */
export function findEnd(part: string): PartEnd {
  const last = listSegments(part).at(-1)
  if (last === undefined) return { next: 0, last, bytes: 0, tornBytes: 0 }
  const from = furthestCursor(part, last)
  let reader = new SegmentReader(last, from.sequence, from.offset)
  if (reader.offset !== from.offset) {
    // The cursor has outlived the records: the disk lost them in a power cut.
    reader.close()
    reader = new SegmentReader(last, last.first, 0)
  }
  try {
    reader.skipAll()
    return { next: reader.sequence, last, bytes: reader.offset, tornBytes: Math.max(0, reader.bytes() - reader.offset) }
  } finally {
    reader.close()
  }
}

/** The furthest place in the segment up to which a destination has confirmed everything; else its start. */
function furthestCursor(part: string, segment: Segment): Position {
  let furthest: Position = { sequence: segment.first, segment: segment.first, offset: 0 }
  for (const destination of listCursors(part)) {
    const cursor = readCursor(part, destination)
    if (typeof cursor === 'object' && cursor.segment === segment.first && cursor.offset > furthest.offset) furthest = cursor
  }
  return furthest
}

/**
 * Cuts off what stands behind the last complete record of a part, whose lock the caller holds. Damage before that
 * stays: readers skip it and say so. Throws the system's errors.
 */
export function recoverEnd(part: string): PartEnd & { readonly notices: readonly string[] } {
  const end = findEnd(part)
  if (end.last === undefined || end.tornBytes === 0) return { ...end, notices: [] }
  truncateSync(end.last.path, end.bytes)
  const name = `${basename(part)}/${basename(end.last.path)}`
  return { ...end, tornBytes: 0, notices: [`journal ${name}: ${end.tornBytes} bytes of an unfinished record cut off at the end`] }
}
