import { listCursors, readCursor } from './cursor.ts'
import { failure, fault } from './faults.ts'
import type { Failed, Full } from './faults.ts'
import { createFrameEncoder, frameSize } from './frame.ts'
import { LiveSegment } from './live-segment.ts'
import type { Lock } from './lock.ts'
import { ownPart, syncDirectory } from './part.ts'
import { recoverEnd } from './recovery.ts'
import { announceAppend, takeNewSegmentRequest } from './signals.ts'
import type { Signals } from './signals.ts'
import { partBytes, Usage } from './usage.ts'

/**
 * When appended records are brought to the disk itself: before `append` or, for records that wait for it, `commit` returns; at intervals,
 * by whoever calls `sync`; or when the kernel sees fit. Only a power cut or a crash of the kernel makes a difference.
 */
export type SyncPolicy = 'always' | 'never' | { readonly everyMs: number }

export interface JournalOptions {
  readonly dir: string
  /** A new segment is begun when this many bytes would be passed; at most an eighth of `maxBytes`. Default 16 MiB. */
  readonly segmentBytes?: number
  /** Limit on the bytes of all parts together, above which a process may have one segment at most; must be some times larger than the longest line. Default 2 GiB. */
  readonly maxBytes?: number
  readonly sync: SyncPolicy
  /** For readers and a syncer in other threads of this process. */
  readonly signals?: Signals
}

const SEGMENT_BYTES = 16 * 1024 * 1024
const MAX_BYTES = 2 * 1024 * 1024 * 1024
/** Delivered segments are deleted, but never the live one: its share of the limit must stay small. */
const SEGMENTS_AT_LEAST = 8

/**
 * Opens the journal for appending: this process owns one part of it, an earlier one whose owner is dead or a new
 * one, recovers its end, and keeps it until `close` or death. The system's refusals are values.
 */
export function openJournal(options: JournalOptions): Journal | Failed {
  try {
    const owned = ownPart(options.dir)
    if ('failed' in owned) return owned
    try {
      return new Journal(owned.part, owned.lock, options)
    } catch (error) {
      owned.lock.release()
      throw error
    }
  } catch (error) {
    return failure(error, `opening the journal in ${options.dir}`)
  }
}

/** The appending end of a journal. One thread uses it; nothing else appends to its part. */
export class Journal {
  /** Path of the part that this process owns. */
  readonly part: string
  /** What was found on opening, one line each. */
  readonly notices: readonly string[]
  readonly #lock: Lock
  readonly #segmentBytes: number
  readonly #sync: SyncPolicy
  readonly #signals: Signals | undefined
  readonly #usage: Usage
  #live: LiveSegment
  /** Sequence of the next record. */
  #next: number
  #leaveSegment = false
  readonly #frameOf = createFrameEncoder()

  /** Use `openJournal`. Throws the system's errors. */
  constructor(part: string, lock: Lock, options: JournalOptions) {
    const maxBytes = options.maxBytes ?? MAX_BYTES
    this.part = part
    this.#lock = lock
    this.#segmentBytes = Math.min(options.segmentBytes ?? SEGMENT_BYTES, Math.floor(maxBytes / SEGMENTS_AT_LEAST))
    this.#sync = options.sync
    this.#signals = options.signals
    this.#usage = new Usage(options.dir, maxBytes)
    const end = recoverEnd(part)
    const notices = [...end.notices]
    this.#next = Math.max(end.next, highestCursor(part))
    if (end.last !== undefined && this.#next > end.next) {
      // Their numbers must not be given again: the cursors would take new records for delivered ones.
      notices.push(
        `journal ${part}: the last ${this.#next - end.next} records that were delivered are not on the disk`
        + ' (a power cut?); going on behind them',
      )
    }
    this.notices = notices
    this.#live = new LiveSegment(part, this.#next > end.next ? this.#next : (end.last?.first ?? this.#next))
    if (this.#sync !== 'never') {
      syncDirectory(options.dir)
      syncDirectory(part)
    }
  }

  /**
   * Appends a line, which holds no LF. `ok`: it is in the file, and with the policy `always` on the disk. Otherwise it is not
   * accepted; only where a sync fails it may be there all the same and be delivered, so that a repetition is a second copy.
   *
   * @param checksum CRC-32 of the line
   * @param receivedAt milliseconds since 1970
   * @param occurrence how many equal lines came just before, at most `MAX_OCCURRENCE`
   * @param deferred true if `commit` will follow: the policy `always` is then fulfilled there
   */
  append(line: Uint8Array, checksum: number, receivedAt: number, occurrence: number, deferred = false): 'ok' | Full | Failed {
    const size = frameSize(line.length)
    const refusal = this.#makeRoom(size)
    if (refusal !== undefined) return refusal
    const appended = this.#live.append(this.#frameOf(line, checksum, this.#next, receivedAt, occurrence))
    if (appended !== 'ok') return appended
    this.#next++
    this.#usage.add(size)
    const synced = deferred ? 'ok' : this.commit()
    if (this.#signals !== undefined) announceAppend(this.#signals)
    return synced
  }

  /**
   * With the policy `always`, brings what was appended to the disk. After a failure it must be appended again: a later commit would
   * say nothing of it.
   */
  commit(): 'ok' | Failed {
    return this.#sync === 'always' ? this.sync() : 'ok'
  }

  /** Brings everything appended to the disk. After a failure the next append begins a new segment. */
  sync(): 'ok' | Failed {
    const synced = this.#live.sync()
    if (synced !== 'ok') this.#leaveSegment = true
    return synced
  }

  /** Syncs (unless the policy is `never`). Nothing is appended any more, but the part stays this process's own: it may still be delivered. */
  end(): 'ok' | Failed {
    const synced = this.#sync === 'never' ? 'ok' : this.sync()
    this.#live.close()
    return synced
  }

  /** As `end`, and gives up the part; whoever comes next goes on in it or drains it. */
  close(): 'ok' | Failed {
    const synced = this.end()
    this.#lock.release()
    return synced
  }

  /** Sees to it that the live segment may take that many bytes; otherwise says why not. */
  #makeRoom(size: number): Full | Failed | undefined {
    if (this.#signals !== undefined && takeNewSegmentRequest(this.#signals)) this.#leaveSegment = true
    try {
      if (!this.#usage.hasRoom(size) && !this.#hasShare(size)) return { full: `the journal in ${this.part} and beside it has reached its limit` }
      const isPassed = this.#leaveSegment || this.#live.bytes + size > this.#segmentBytes
      return isPassed && this.#live.bytes > 0 ? this.#beginSegment() : undefined
    } catch (error) {
      return fault(error, `journal ${this.part}`)
    }
  }

  /**
   * A journal may be full of delivered segments that other processes have not left yet, and will not leave while they are idle.
   * So each may use as much as one segment, whatever the others do; and leaves its own, to be deleted once it is delivered.
   */
  #hasShare(size: number): boolean {
    if (partBytes(this.part) + size <= this.#segmentBytes) return true
    if (this.#live.bytes > 0) this.#beginSegment()
    return false
  }

  /** Throws the system's errors. */
  #beginSegment(): Failed | undefined {
    // From here on nothing may go into the old segment: once the new one is there, readers leave the old one for good.
    this.#leaveSegment = true
    const live = new LiveSegment(this.part, this.#next)
    const finished = this.#live
    this.#live = live
    this.#leaveSegment = false
    const synced = this.#sync === 'never' ? 'ok' : finished.sync()
    finished.close()
    if (this.#sync !== 'never') syncDirectory(this.part)
    return synced === 'ok' ? undefined : synced
  }
}

function highestCursor(part: string): number {
  let highest = 0
  for (const destination of listCursors(part)) {
    const cursor = readCursor(part, destination)
    if (typeof cursor === 'object') highest = Math.max(highest, cursor.sequence)
  }
  return highest
}
