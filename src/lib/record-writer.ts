import type { Writable } from 'node:stream'
import type { ByteString } from './bytes.ts'
import { RecordBuffer } from './record-buffer.ts'

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

/** Writes from two reused buffers in turn (docs/decisions.md, "What is used again stays in the cache"). */
export function createRecordWriter(stream: Writable): RecordWriter {
  let records = new RecordBuffer(INITIAL_BYTES)
  /** Holds the piece that is on its way. */
  let other = new RecordBuffer(INITIAL_BYTES)
  let onItsWay: Promise<void> = Promise.resolve()

  const flush = async (): Promise<void> => {
    await onItsWay
    if (records.length === 0) return
    const piece = records.take()
    onItsWay = new Promise((resolve, reject) => stream.write(piece, (error) => (error ? reject(error) : resolve())))
    // Whoever flushes or ends next is told.
    onItsWay.catch(() => {})
    ;[records, other] = [other, records]
  }
  return {
    add(record) {
      records.add(record)
    },
    get full() {
      return records.length >= INITIAL_BYTES / 2
    },
    flush,
    async end() {
      await flush()
      await onItsWay
    },
  }
}
