import { errorCode } from './faults.ts'
import { isHeld, lastOwner } from './lock.ts'
import { listParts } from './part.ts'
import { PartReader } from './part-reader.ts'
import { findEnd } from './recovery.ts'
import { listSegments, segmentBytes } from './segment.ts'
import type { Position } from './segment.ts'
import { standings } from './waiting.ts'
import type { Standing } from './waiting.ts'

export interface DestinationStatus extends Standing {
  /** Records that it has not confirmed. */
  readonly waiting: number
  /** Bytes of those in the files, headers included. */
  readonly waitingBytes: number
  /** When the first of those was received, milliseconds since 1970. */
  readonly oldestReceivedAt: number | undefined
}

export interface PartStatus {
  /** Path. */
  readonly part: string
  readonly owner: 'alive' | 'dead' | 'unknown'
  /** Process id of the last owner, in its own namespace. */
  readonly pid: number | undefined
  readonly segments: number
  readonly bytes: number
  /** Sequences: of the oldest record, and of the one that comes next. */
  readonly oldest: number
  readonly next: number
  readonly destinations: readonly DestinationStatus[]
}

/**
 * What stands in the journal, part by part. Changes nothing; owners may live and go on, so figures of one part may be some
 * records apart. For the destinations named, or all that have a cursor. Throws the system's errors.
 */
export function journalStatus(journal: string, destinations?: readonly string[]): PartStatus[] {
  const statuses: PartStatus[] = []
  for (const part of listParts(journal)) {
    const status = steadily(() => partStatus(part, destinations))
    if (status !== undefined) statuses.push(status)
  }
  return statuses
}

function partStatus(part: string, destinations: readonly string[] | undefined): PartStatus {
  const segments = listSegments(part)
  const bytes = segments.map(segmentBytes)
  const held = isHeld(part)
  const { next } = findEnd(part)
  const bytesFrom = (position: Position): number =>
    segments.reduce((sum, segment, index) => {
      if (segment.first < position.segment) return sum
      return sum + Math.max(0, bytes[index]! - (segment.first === position.segment ? position.offset : 0))
    }, 0)
  return {
    part,
    owner: typeof held === 'object' ? 'unknown' : held ? 'alive' : 'dead',
    pid: lastOwner(part),
    segments: segments.length,
    bytes: bytes.reduce((sum, size) => sum + size, 0),
    oldest: segments[0]?.first ?? next,
    next,
    destinations: standings(part, destinations).map((standing) => ({
      ...standing,
      waiting: Math.max(0, next - standing.position.sequence),
      waitingBytes: bytesFrom(standing.position),
      oldestReceivedAt: firstReceived(part, standing.position),
    })),
  }
}

function firstReceived(part: string, position: Position): number | undefined {
  const reader = new PartReader(part, position, false)
  try {
    return reader.read({ maxRecords: 1, maxBytes: 1 }).records[0]?.receivedAt
  } finally {
    reader.close()
  }
}

/** How often a look is repeated because a segment was deleted in the middle of it. */
const ATTEMPTS = 3

/** The result of a look that a deletion did not disturb; `undefined` if the part is gone. */
function steadily<T>(look: () => T): T | undefined {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      return look()
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }
  return undefined
}
