import type { Writable } from 'node:stream'
import type { ByteString } from './bytes.ts'

const INITIAL_BYTES = 256 * 1024

/** Collects records and writes them, each with a newline, in one piece at each flush. */
export interface RecordWriter {
  add(record: ByteString): void
  /** True when so much is collected that it should be flushed before more is added. */
  readonly full: boolean
  /** Writes what was added; settles when the stream has taken it, so that a slow reader holds us up. */
  flush(): Promise<void>
}

/**
 * Writes each record into one reused buffer: a rope of the whole block costs a third more at ECS size, and one write for each line
 * more than everything else together (docs/decisions.md, "Output").
 */
export function createRecordWriter(stream: Writable): RecordWriter {
  let buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES)
  let used = 0
  return {
    add(record) {
      if (used + record.length + 1 > buffer.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, used + record.length + 1))
        buffer.copy(larger, 0, 0, used)
        buffer = larger
      }
      used += buffer.write(record, used, 'latin1')
      buffer[used++] = 0x0a
    },
    get full() {
      return used >= INITIAL_BYTES / 2
    },
    async flush() {
      if (used === 0) return
      const piece = buffer.subarray(0, used)
      used = 0
      await new Promise<void>((resolve, reject) => stream.write(piece, (error) => (error ? reject(error) : resolve())))
      // One giant line must not hold its memory for ever.
      if (buffer.length > 16 * INITIAL_BYTES) buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES)
    },
  }
}
