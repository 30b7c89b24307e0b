import type { ByteString } from '../lib/bytes.ts'
import { crc32 } from '../lib/crc32.ts'
import { createViews } from '../lib/views.ts'

/**
 * The frame of one record. All numbers are big-endian, so that a hexdump reads from left to right:
 *
 *     offset  bytes  content
 *          0      4  magic: LF "NJ1"
 *          4      4  CRC-32 of the line, continued over the header from offset 8 on: the line's own is known when it comes here
 *          8      4  length of the line in bytes
 *         12      2  occurrence
 *         14      6  sequence: the record's number in its part, counted from 0
 *         20      6  received: milliseconds since 1970
 *         26      n  the line's bytes, without its LF
 *
 * The magic begins with LF because no line holds one: whoever looks for the next good frame behind a damaged one cannot
 * be led astray by a line that was written to look like a frame. (It also lets `grep -a` see one record a line.)
 */
export interface JournalRecord {
  readonly sequence: number
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  /** How many equal lines were accepted just before, at most `MAX_OCCURRENCE`: it tells equal lines apart (src/accept/occurrence.ts). */
  readonly occurrence: number
  /** Without LF. */
  readonly line: ByteString
}

/** The field has two bytes. */
export const MAX_OCCURRENCE = 0xffff

const HEADER_BYTES = 26
const MAGIC = 0x0a4e4a31
const MAGIC_BYTES = Buffer.from('\nNJ1', 'latin1')
const CRC_AT = 4
const LENGTH_AT = 8
const OCCURRENCE_AT = 12
const SEQUENCE_AT = 14
const RECEIVED_AT = 20

/** Most lines are far shorter; for longer ones the encoder takes more. */
const USUAL_ROOM = 65_536

/** Size in bytes of the frame for a line of that many bytes. */
export function frameSize(lineBytes: number): number {
  return HEADER_BYTES + lineBytes
}

/** Makes the frame of a line and its CRC-32; it is valid until the next is made. */
export type FrameEncoder = (line: Uint8Array, checksum: number, sequence: number, receivedAt: number, occurrence: number) => Buffer

/** One buffer is used again and again: an appender makes a frame for each line. */
export function createFrameEncoder(): FrameEncoder {
  let room = createRoom(USUAL_ROOM)
  return (line, checksum, sequence, receivedAt, occurrence) => {
    const size = frameSize(line.length)
    if (size > room.into.length) room = createRoom(size * 2)
    const { into, checked, frames } = room
    into.writeUInt32BE(MAGIC, 0)
    into.writeUInt32BE(line.length, LENGTH_AT)
    into.writeUInt16BE(occurrence, OCCURRENCE_AT)
    into.writeUIntBE(sequence, SEQUENCE_AT, 6)
    into.writeUIntBE(receivedAt, RECEIVED_AT, 6)
    into.writeUInt32BE(crc32(checked, checksum), CRC_AT)
    into.set(line, HEADER_BYTES)
    return frames(size)
  }
}

/** Room for frames, with the part of their header that the CRC goes over. */
function createRoom(bytes: number) {
  const into = Buffer.allocUnsafe(bytes)
  return { into, checked: into.subarray(LENGTH_AT, HEADER_BYTES), frames: createViews(into) }
}

/**
 * The size of the complete, undamaged frame at `at`; `short` where the bytes up to `end` may be the beginning of one;
 * `damaged` where they are not.
 */
export function inspectFrame(block: Buffer, at: number, end: number): number | 'short' | 'damaged' {
  if (end - at < HEADER_BYTES) return 'short'
  if (block.readUInt32BE(at) !== MAGIC) return 'damaged'
  const size = HEADER_BYTES + block.readUInt32BE(at + LENGTH_AT)
  if (end - at < size) return 'short'
  const checksum = crc32(block.subarray(at + HEADER_BYTES, at + size))
  return crc32(block.subarray(at + LENGTH_AT, at + HEADER_BYTES), checksum) === block.readUInt32BE(at + CRC_AT) ? size : 'damaged'
}

/** The sequence in the frame at `at`. */
export function frameSequence(block: Buffer, at: number): number {
  return block.readUIntBE(at + SEQUENCE_AT, 6)
}

/** The record of the frame at `at`, whose size `inspectFrame` gave. */
export function decodeFrame(block: Buffer, at: number, size: number): JournalRecord {
  return {
    sequence: frameSequence(block, at),
    receivedAt: block.readUIntBE(at + RECEIVED_AT, 6),
    occurrence: block.readUInt16BE(at + OCCURRENCE_AT),
    line: block.toString('latin1', at + HEADER_BYTES, at + size),
  }
}

/**
 * Where the next good frame begins behind damage, or -1. The block begins with the damage, where record `expected` should
 * stand; a frame counts only if its sequence is possible there (frames stand in order, none is smaller than its header).
 */
export function findFrame(block: Buffer, expected: number): number {
  const last = block.length - HEADER_BYTES
  for (let at = block.indexOf(MAGIC_BYTES, 1); at >= 0 && at <= last; at = block.indexOf(MAGIC_BYTES, at + 1)) {
    const ahead = frameSequence(block, at) - expected
    if (ahead < 0 || ahead > at / HEADER_BYTES + 1) continue
    if (typeof inspectFrame(block, at, block.length) === 'number') return at
  }
  return -1
}
