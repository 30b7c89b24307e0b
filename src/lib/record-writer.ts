import type { Writable } from 'node:stream'
import type { ByteString } from './bytes.ts'

/** A block of 64 kB of lines makes up to 450 kB of records: they go out in one write. Each more would wake a thread. */
const INITIAL_BYTES = 1024 * 1024

/** Collects records and writes them, each with a newline, in one piece at each flush. */
export interface RecordWriter {
  add(record: ByteString): void
  /** True when so much is collected that it should be flushed before more is added. */
  readonly full: boolean
  /**
   * Gives what was added to the stream. Settles when the stream has taken the piece before it, so that one is on its way while the next
   * is made, and a slow reader holds us up. Rejects with the error of a piece that could not be written.
   */
  flush(): Promise<void>
  /** Flushes, and settles when the stream has taken everything. */
  end(): Promise<void>
}

/**
 * Writes each record into one of two reused buffers: a rope of the whole block costs a third more at ECS size, and one write for each
 * line more than everything else together (docs/decisions.md, "What is used again stays in the cache").
 */
export function createRecordWriter(stream: Writable): RecordWriter {
  let buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES)
  /** The buffer of the piece that is on its way. */
  let other = Buffer.allocUnsafeSlow(INITIAL_BYTES)
  let used = 0
  let onItsWay: Promise<void> = Promise.resolve()

  const flush = async (): Promise<void> => {
    await onItsWay
    if (used === 0) return
    const piece = buffer.subarray(0, used)
    onItsWay = new Promise((resolve, reject) => stream.write(piece, (error) => (error ? reject(error) : resolve())))
    // Whoever flushes or ends next is told.
    onItsWay.catch(() => {})
    used = 0
    // One giant line must not hold its memory for ever.
    const free = other.length > 4 * INITIAL_BYTES ? Buffer.allocUnsafeSlow(INITIAL_BYTES) : other
    other = buffer
    buffer = free
  }
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
    flush,
    async end() {
      await flush()
      await onItsWay
    },
  }
}
