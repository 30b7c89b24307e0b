import { basename } from 'node:path'
import { errorCode } from './faults.ts'
import type { JournalRecord } from './frame.ts'
import { SegmentReader } from './segment-reader.ts'
import { listSegments } from './segment.ts'
import type { Position, Segment } from './segment.ts'

export interface ReadLimits {
  readonly maxRecords: number
  /** Reading stops with the record that reaches this sum of line lengths. */
  readonly maxBytes: number
}

/** Some records in order. No records and no notices: nothing new yet. */
export interface Batch {
  readonly records: readonly JournalRecord[]
  /** The place behind these records: what is committed when they are delivered. */
  readonly next: Position
  /** What was damaged or missing on the way, one line each. */
  readonly notices: readonly string[]
}

/** Reads a part from a position on, over all its segments. Methods throw the system's errors. */
export class PartReader {
  readonly #part: string
  /** True for a part that nobody appends to any more: what is torn at its end will not be completed. */
  readonly #ended: boolean
  #position: Position
  #reader: SegmentReader | undefined

  constructor(part: string, from: Position, ended: boolean) {
    this.#part = part
    this.#position = from
    this.#ended = ended
  }

  /** Where the next record is read. */
  get position(): Position {
    return this.#position
  }

  read(limits: ReadLimits): Batch {
    const records: JournalRecord[] = []
    const notices: string[] = []
    let bytes = 0
    while (records.length < limits.maxRecords && bytes < limits.maxBytes) {
      try {
        const found = this.#next(notices)
        if (found === undefined) break
        records.push(found)
        bytes += found.line.length
      } catch (error) {
        // What has been read must be handed out first; the error comes again.
        if (records.length === 0 && notices.length === 0) throw error
        break
      }
    }
    return { records, next: this.position, notices }
  }

  close(): void {
    this.#reader?.close()
    this.#reader = undefined
  }

  #next(notices: string[]): JournalRecord | undefined {
    for (;;) {
      this.#reader ??= this.#open(notices)
      const reader = this.#reader
      if (reader === undefined) return undefined
      let found = reader.next()
      if (found === undefined) {
        const successor = listSegments(this.#part).find((segment) => segment.first > reader.segment.first)
        if (successor === undefined && !this.#ended) return undefined
        // The successor may have come after the look at this segment, with more records before it.
        found = reader.next()
        if (found === undefined) {
          this.#leave(reader, successor, notices)
          if (successor === undefined) return undefined
          continue
        }
      }
      this.#position = { sequence: reader.sequence, segment: reader.segment.first, offset: reader.offset }
      if ('line' in found) return found
      notices.push(
        `${this.#name(reader.segment)}: ${found.skippedBytes} damaged bytes skipped before offset ${reader.offset},`
        + ` ${lostRecords(found.lost)}`,
      )
    }
  }

  /** Opens the segment of the position; `undefined` if the part has none. */
  #open(notices: string[]): SegmentReader | undefined {
    for (;;) {
      const segments = listSegments(this.#part)
      const oldest = segments[0]
      if (oldest === undefined) return undefined
      try {
        return this.#openOneOf(segments, oldest, notices)
      } catch (error) {
        // Deleted since it was listed; a newer one is there.
        if (errorCode(error) !== 'ENOENT') throw error
      }
    }
  }

  #openOneOf(segments: readonly Segment[], oldest: Segment, notices: string[]): SegmentReader {
    const { sequence, segment, offset } = this.#position
    const holder = segments.findLast((candidate) => candidate.first <= sequence)
    if (holder === undefined) {
      const reader = new SegmentReader(oldest, oldest.first, 0)
      notices.push(
        `${this.#name(oldest)}: the oldest record is ${oldest.first}, reading should go on at ${sequence};`
        + ` the ${oldest.first - sequence} records between are not here any more`,
      )
      return reader
    }
    return new SegmentReader(holder, sequence, holder.first === segment ? offset : 0)
  }

  /** Nothing readable follows in this segment: goes to its successor, or behind what is torn at the end of the part. */
  #leave(reader: SegmentReader, successor: Segment | undefined, notices: string[]): void {
    const end = reader.bytes()
    const torn = end - reader.offset
    const lost = successor === undefined ? 0 : Math.max(0, successor.first - reader.sequence)
    if (torn > 0 || lost > 0) {
      notices.push(`${this.#name(reader.segment)}: ${torn} torn or damaged bytes at the end skipped, ${lostRecords(lost)}`)
    }
    if (successor === undefined) {
      reader.offset = end
      this.#position = { sequence: reader.sequence, segment: reader.segment.first, offset: end }
      return
    }
    this.close()
    this.#position = { sequence: successor.first, segment: successor.first, offset: 0 }
  }

  #name(segment: Segment): string {
    return `journal ${basename(this.#part)}/${basename(segment.path)}`
  }
}

function lostRecords(count: number): string {
  return count === 1 ? '1 record lost' : `${count} records lost`
}
