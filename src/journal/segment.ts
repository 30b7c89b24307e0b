import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from './faults.ts'

/** A file of frames in a part. Its name is the sequence of its first record in 20 digits. */
export interface Segment {
  readonly first: number
  readonly path: string
}

/** A place in a part: before record `sequence`, which begins at `offset` of the segment whose first record is `segment`. */
export interface Position {
  readonly sequence: number
  readonly segment: number
  readonly offset: number
}

export const FILE_MODE = 0o640
export const DIRECTORY_MODE = 0o750

const NAME = /^(\d{20})\.log$/

/** Path of the segment that begins with record `first`. */
export function segmentPath(part: string, first: number): string {
  return join(part, `${String(first).padStart(20, '0')}.log`)
}

/** The segments of a part, oldest first; the last one is live while its owner lives. Throws what `readdir` throws. */
export function listSegments(part: string): Segment[] {
  const segments: Segment[] = []
  for (const name of readdirSync(part)) {
    const digits = NAME.exec(name)?.[1]
    if (digits !== undefined) segments.push({ first: Number(digits), path: join(part, name) })
  }
  return segments.sort((a, b) => a.first - b.first)
}

/** The place before the oldest record that the part still has. Throws what `readdir` throws. */
export function oldestPosition(part: string): Position {
  const first = listSegments(part)[0]?.first ?? 0
  return { sequence: first, segment: first, offset: 0 }
}

/** Size in bytes; 0 for a segment that has been deleted meanwhile. */
export function segmentBytes(segment: Segment): number {
  try {
    return statSync(segment.path).size
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0
    throw error
  }
}
