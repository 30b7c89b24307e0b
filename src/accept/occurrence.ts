import { MAX_OCCURRENCE } from '../journal/index.ts'

/** `{"rcv":"2026-07-15T18:03:54.250123+02:00"`: how the rsyslog template begins, with the receive time. */
const HEAD_BYTES = 40
const BRACE = 0x7b
/** Lines of one receive time that are remembered; rsyslog reads a few hundred at once. */
const LIMIT = 10_000

/**
 * Counts the equal lines that came just before a line. rsyslog gives all messages of one read the same receive time, to the microsecond: two
 * equal ones among them are equal to the last byte, and only their number tells them apart. It is counted on acceptance
 * and stands in the journal, so that it is the same whenever the journal is read again.
 *
 * The count begins anew with each process: a line that rsyslog sends again to the next process, because the answer of the last was lost,
 * is the same event again. (The price: of two equal messages in one read between which naslog is killed, the second passes for the first.)
 *
 * Lines are equal when their checksums are. Where somebody has made two that only share it, the second is counted as well: both keep ids of their
 * own, and only if naslog is killed before the answer to it may it be delivered twice.
 */
export interface OccurrenceCounter {
  /** The occurrence of the line, if it is accepted now. */
  of(line: Buffer, checksum: number): number
  /** The line that was asked for last is accepted: one that is refused will come again, and is no second one. */
  accept(): void
}

export function createOccurrenceCounter(): OccurrenceCounter {
  const head = Buffer.alloc(HEAD_BYTES)
  const seen = new Map<number, number>()
  let key: number | undefined
  return {
    of(line, checksum) {
      key = undefined
      // Lines of other templates are told apart by their place in the journal.
      if (line.length <= HEAD_BYTES || line[0] !== BRACE) return 0
      if (line.compare(head, 0, HEAD_BYTES, 0, HEAD_BYTES) !== 0 || seen.size >= LIMIT) {
        line.copy(head, 0, 0, HEAD_BYTES)
        seen.clear()
      }
      // As an integer of 32 bits with a sign, which V8 need not put on the heap.
      key = checksum | 0
      return Math.min(seen.get(key) ?? 0, MAX_OCCURRENCE)
    },
    accept() {
      if (key !== undefined) seen.set(key, (seen.get(key) ?? 0) + 1)
    },
  }
}
