import { readSync } from 'node:fs'
import { createViews } from '../lib/views.ts'

const LF = 0x0a
const BLOCK = 64 * 1024

export interface LoopOptions {
  /** File descriptor to read from, a blocking pipe. */
  readonly descriptor: number
  /** Asked before each line is handed on: true leaves it unanswered, for rsyslog to send again. */
  readonly stopped: () => boolean
  readonly onLine: (line: Buffer) => void
}

/** How the input ended. */
export interface LoopEnd {
  /** Bytes of a last line without its newline: rsyslog was cut off while writing, and will send it again. */
  readonly unfinished: number
}

/**
 * Reads lines in a blocking loop until the end of the input. A blocking loop answers half as many lines again as a stream does
 * (docs/decisions.md, "The accept loop blocks"). Lines are split at byte 0x0A only, and may be of any length.
 * The Buffer handed on is only valid during the call.
 */
export function readLoop({ descriptor, stopped, onLine }: LoopOptions): LoopEnd {
  const block = Buffer.allocUnsafeSlow(BLOCK)
  const fromStart = createViews(block)
  // Pieces of a line that is longer than what one read gave.
  let pieces: Buffer[] = []
  for (;;) {
    const count = readBlocking(descriptor, block)
    if (count === 0) return { unfinished: pieces.reduce((sum, piece) => sum + piece.length, 0) }
    let from = 0
    for (let end = block.indexOf(LF); end >= 0 && end < count; end = block.indexOf(LF, from)) {
      const tail = from === 0 ? fromStart(end) : block.subarray(from, end)
      if (stopped()) return { unfinished: 0 }
      onLine(pieces.length === 0 ? tail : Buffer.concat([...pieces, tail]))
      pieces = []
      from = end + 1
      if (from >= count) break
    }
    if (from < count) pieces.push(Buffer.from(block.subarray(from, count)))
  }
}

/** Reads at least one byte; 0 at the end of the input. A terminal may be non-blocking: then it is asked again. */
function readBlocking(descriptor: number, block: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, block, 0, block.length, null)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EOF') return 0
      if (code !== 'EAGAIN' && code !== 'EINTR') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}
