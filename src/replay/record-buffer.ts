import type { ByteString } from '../lib/bytes.ts'

/** Records, each with its newline, in one reused piece of memory. */
export class RecordBuffer {
  readonly #initial: number
  #buffer: Buffer
  #used = 0

  constructor(bytes: number) {
    this.#initial = bytes
    this.#buffer = Buffer.allocUnsafeSlow(bytes)
  }

  get length(): number {
    return this.#used
  }

  add(record: ByteString): void {
    const needed = this.#used + record.length + 1
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, needed))
      this.#buffer.copy(larger, 0, 0, this.#used)
      this.#buffer = larger
    }
    this.#used += this.#buffer.write(record, this.#used, 'latin1')
    this.#buffer[this.#used++] = 0x0a
  }

  /** What was added since the last call; only valid until the next `add`. */
  take(): Buffer {
    const piece = this.#buffer.subarray(0, this.#used)
    this.#used = 0
    // One giant line must not hold its memory for ever.
    if (this.#buffer.length > 16 * this.#initial) this.#buffer = Buffer.allocUnsafeSlow(this.#initial)
    return piece
  }
}
