import { errorCode } from './faults.ts'
import { listParts } from './part.ts'
import { listSegments, segmentBytes } from './segment.ts'

/** Bytes of all segments of all parts. Throws the system's errors. */
function journalBytes(journal: string): number {
  let bytes = 0
  for (const part of listParts(journal)) bytes += partBytes(part)
  return bytes
}

/** Bytes of a part's segments; 0 for a part that has been removed meanwhile. Throws the system's errors. */
export function partBytes(part: string): number {
  try {
    return listSegments(part).reduce((bytes, segment) => bytes + segmentBytes(segment), 0)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0
    throw error
  }
}

/** How much is appended on the strength of one measurement. Every other living process may overshoot the limit by as much. */
const MEASURE_EVERY_BYTES = 1_048_576

/** Keeps the sum of all parts below a limit: own growth is counted, deletions and other processes are measured now and then. */
export class Usage {
  readonly #journal: string
  readonly #maxBytes: number
  #bytes = 0
  #sinceMeasured = MEASURE_EVERY_BYTES

  constructor(journal: string, maxBytes: number) {
    this.#journal = journal
    this.#maxBytes = maxBytes
  }

  /** True if that many bytes more are within the limit. Throws the system's errors. */
  hasRoom(bytes: number): boolean {
    if (this.#sinceMeasured + bytes <= MEASURE_EVERY_BYTES && this.#bytes + bytes <= this.#maxBytes) return true
    this.#bytes = journalBytes(this.#journal)
    this.#sinceMeasured = 0
    return this.#bytes + bytes <= this.#maxBytes
  }

  add(bytes: number): void {
    this.#bytes += bytes
    this.#sinceMeasured += bytes
  }
}
