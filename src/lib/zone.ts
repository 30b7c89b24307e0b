import { DAY, MINUTE } from './calendar.ts'

/** A time zone: how far its clocks are from UTC at a given reading of them. */
export interface Zone {
  /** The name as it was given. */
  readonly name: string
  /**
   * Offset in minutes east of UTC for a wall-clock time, itself given as the milliseconds that `Date.UTC` would make of it.
   * A time that occurs twice is the earlier one; a time that the clocks skip has the offset from before the jump
   * (Temporal's `compatible`). `localMs` must be a valid time value.
   */
  offsetOfLocal(localMs: number): number
}

/**
 * Makes a zone from an IANA name (`Europe/Rome`), `UTC`, `Z` or a fixed offset (`+02:00`).
 * Throws an Error that names the zone where the name is unknown.
 */
export function createZone(name: string): Zone {
  const fixed = parseFixedOffset(name)
  if (fixed !== undefined) return { name, offsetOfLocal: () => fixed }
  return new IanaZone(name)
}

/**
 * Minutes east of UTC of `Z`, `UTC`, `GMT`, `+02:00`, `+0200` or `+02`, in either case; `undefined` for any other text.
 * Nothing beyond 18 hours is an offset: Elasticsearch (java.time) takes no more.
 */
export function parseFixedOffset(text: string): number | undefined {
  if (/^(?:Z|UTC|GMT)$/i.test(text)) return 0
  const parts = /^([+-])(\d\d)(?::?(\d\d))?$/.exec(text)
  if (parts === null) return undefined
  const minute = Number(parts[3] ?? 0)
  const total = Number(parts[2]) * 60 + minute
  if (minute > 59 || total > 18 * 60) return undefined
  return parts[1] === '-' && total > 0 ? -total : total
}

/** Offsets are kept for this much local time at once: a device logs for months with the same one. */
const BUCKET = 15 * MINUTE
/** Buckets kept: about 40 days; a line with an odd date costs a look-up, not memory. */
const MAX_BUCKETS = 4096
/** Marks a bucket in which the offset changes: St. John's changed its clocks at 00:01 until 2011. */
const MIXED = Number.NaN

class IanaZone implements Zone {
  readonly name: string
  readonly #format: Intl.DateTimeFormat
  readonly #buckets = new Map<number, number>()
  #lastBucket = Number.NaN
  #lastOffset = 0

  constructor(name: string) {
    this.name = name
    try {
      this.#format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
    } catch {
      throw new Error(`unknown time zone '${name}': expected an IANA name such as Europe/Rome, UTC, or an offset such as +02:00`)
    }
  }

  offsetOfLocal(localMs: number): number {
    const bucket = Math.floor(localMs / BUCKET)
    if (bucket !== this.#lastBucket) {
      this.#lastOffset = this.#offsetOfBucket(bucket)
      this.#lastBucket = bucket
    }
    return Number.isNaN(this.#lastOffset) ? this.#computeOffset(localMs) : this.#lastOffset
  }

  #offsetOfBucket(bucket: number): number {
    const known = this.#buckets.get(bucket)
    if (known !== undefined) return known
    const first = this.#computeOffset(bucket * BUCKET)
    const offset = this.#computeOffset((bucket + 1) * BUCKET - 1) === first ? first : MIXED
    if (this.#buckets.size >= MAX_BUCKETS) this.#buckets.clear()
    this.#buckets.set(bucket, offset)
    return offset
  }

  /** No zone is a day from UTC, so the offset is the one of the day before or of the day after. */
  #computeOffset(localMs: number): number {
    const before = this.#offsetOfInstant(localMs - DAY)
    const after = this.#offsetOfInstant(localMs + DAY)
    if (before === after) return before
    // Ahead of a transition the offset of before holds, also where the same reading comes again after it.
    if (this.#offsetOfInstant(localMs - before * MINUTE) === before) return before
    // Behind it the one of after holds. A reading that neither gives was skipped.
    return this.#offsetOfInstant(localMs - after * MINUTE) === after ? after : before
  }

  /** Offset at an instant, to the whole minute (local mean times of old have seconds). */
  #offsetOfInstant(ms: number): number {
    const text = this.#format.format(ms)
    const parts = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text)
    const minutes = Number(parts?.[2] ?? 0) * 60 + Number(parts?.[3] ?? 0) + (Number(parts?.[4] ?? 0) >= 30 ? 1 : 0)
    return parts?.[1] === '-' ? -minutes : minutes
  }
}
