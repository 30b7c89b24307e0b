import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { decodeFrame, findFrame, frameSequence, inspectFrame } from './frame.ts'
import type { JournalRecord } from './frame.ts'
import type { Segment } from './segment.ts'

/** Bytes that hold no good frame, and the number of records that stood in them. */
export interface Skipped {
  readonly skippedBytes: number
  readonly lost: number
}

/** How much is read at once. A longer record, or damage, makes the rest of the segment be read. */
const BLOCK_BYTES = 262_144

/**
 * Reads the records of one segment in order, also while it grows in another thread or process: only complete records
 * whose CRC is right are seen. Methods throw the system's errors.
 */
export class SegmentReader {
  readonly segment: Segment
  /** Byte offset and sequence of the record that comes next. */
  offset: number
  sequence: number
  readonly #fd: number
  readonly #standardBlock = Buffer.allocUnsafe(BLOCK_BYTES)
  #block = this.#standardBlock
  /** The bytes of the file that `#block` holds. */
  #blockStart = 0
  #blockEnd = 0

  /** Opens the segment before record `sequence`, which begins at `offset` if that is not out of date. */
  constructor(segment: Segment, sequence: number, offset: number) {
    this.segment = segment
    this.sequence = sequence
    this.offset = offset
    this.#fd = openSync(segment.path, 'r')
    try {
      if (offset > 0 && !this.#isAt(sequence)) {
        this.offset = 0
        this.#blockStart = this.#blockEnd = 0
      }
    } catch (error) {
      this.close()
      throw error
    }
  }

  /**
   * The next record; or what was skipped before it, because it is damaged or missing; or `undefined` where no complete
   * record follows: at the end, or before one that is being written or was torn.
   */
  next(): JournalRecord | Skipped | undefined {
    const size = this.#step()
    return typeof size === 'number' ? decodeFrame(this.#block, this.offset - size - this.#blockStart, size) : size
  }

  /** Goes behind the last complete record that there is now. */
  skipAll(): void {
    while (this.#step() !== undefined);
  }

  /** Size of the file at this moment. */
  bytes(): number {
    return fstatSync(this.#fd).size
  }

  close(): void {
    closeSync(this.#fd)
  }

  /** Goes behind the next record, and gives the size of its frame; otherwise as `next`. */
  #step(): number | Skipped | undefined {
    for (;;) {
      const size = this.#inspect()
      if (typeof size !== 'number') return this.#blockEnd > this.offset ? this.#skipDamage() : undefined
      const sequence = frameSequence(this.#block, this.offset - this.#blockStart)
      if (sequence > this.sequence) {
        const lost = sequence - this.sequence
        this.sequence = sequence
        return { skippedBytes: 0, lost }
      }
      this.offset += size
      // Lower where the search for a record begins at the start of the segment.
      if (sequence < this.sequence) continue
      this.sequence++
      return size
    }
  }

  /** True if record `sequence` begins at the offset, or will be appended there. */
  #isAt(sequence: number): boolean {
    if (this.offset === this.bytes()) return true
    return typeof this.#inspect() === 'number' && frameSequence(this.#block, this.offset - this.#blockStart) === sequence
  }

  /**
   * Inspects the frame at the offset. Complete frames never change, but an unfinished one may be cut off and
   * written anew by the appender, so whatever is not a complete frame is read again before it is judged.
   */
  #inspect(): number | 'short' | 'damaged' {
    let size = inspectFrame(this.#block, this.offset - this.#blockStart, this.#blockEnd - this.#blockStart)
    if (typeof size === 'number') return size
    size = this.#load(BLOCK_BYTES)
    if (typeof size === 'number' || this.#blockEnd === this.offset) return size
    return this.#load(Math.max(0, this.bytes() - this.offset))
  }

  /** Reads that many bytes from the offset on, and inspects them. */
  #load(bytes: number): number | 'short' | 'damaged' {
    this.#block = bytes <= BLOCK_BYTES ? this.#standardBlock : Buffer.allocUnsafe(bytes)
    let filled = 0
    while (filled < bytes) {
      const read = readSync(this.#fd, this.#block, filled, bytes - filled, this.offset + filled)
      if (read === 0) break
      filled += read
    }
    this.#blockStart = this.offset
    this.#blockEnd = this.offset + filled
    return inspectFrame(this.#block, 0, filled)
  }

  /** The block holds the segment from the offset, where no good frame stands, to its end. */
  #skipDamage(): Skipped | undefined {
    const found = findFrame(this.#block.subarray(0, this.#blockEnd - this.#blockStart), this.sequence)
    if (found < 0) return undefined
    const lost = frameSequence(this.#block, found) - this.sequence
    this.offset += found
    this.sequence += lost
    return { skippedBytes: found, lost }
  }
}
