import { closeSync, fdatasyncSync, openSync } from 'node:fs'
import type { Parcel, Rejection } from '../destinations/destination.ts'
import { appendWhole, endsWhole } from '../lib/append-whole.ts'
import { fromBytes, toBytes, type ByteString } from '../lib/bytes.ts'
import type { Reception } from '../pipeline.ts'

/** Keeps what a destination will never take: the line, and why. */
export interface DeadLetters {
  /** Returns when the letters stand in the file; throws the system's error. */
  add(destination: string, parcels: readonly Parcel[], rejections: readonly Rejection[]): void
}

/** What of a dead letter is needed to make its event again. */
export interface DeadLetter {
  /** Name of the destination that has refused it. */
  readonly destination: string
  /** event.id before the privacy of a destination. */
  readonly id: string
  readonly line: ByteString
  readonly reception: Reception
}

/**
 * A file of JSON lines: `time`, `destination`, `reason`, `status`, `event_id`, the `reception` (pipeline.ts) and the `line` as rsyslog gave
 * it. It is opened for each write: rejections are rare, and an administrator may move the file at any time. A letter may stand there
 * twice, with the same `event_id`, when naslog is killed before it has noted that the batch is done.
 */
export function createDeadLetters(path: string, now: () => number): DeadLetters {
  return {
    add(destination, parcels, rejections) {
      const letters = rejections.map(({ index, reason, status }) => {
        const parcel = parcels[index]
        return JSON.stringify({
          time: new Date(now()).toISOString(),
          destination,
          reason,
          status,
          event_id: parcel?.id,
          reception: parcel?.reception,
          line: parcel === undefined ? undefined : fromBytes(parcel.line),
        })
      })
      const descriptor = openSync(path, 'a+', 0o640)
      try {
        // A process that is killed while it writes leaves a piece of a letter; the whole one comes again.
        const gap = endsWhole(descriptor) ? '' : '\n'
        appendWhole(descriptor, Buffer.from(`${gap}${letters.join('\n')}\n`))
        fdatasyncSync(descriptor)
      } finally {
        closeSync(descriptor)
      }
    },
  }
}

/** Reads a line of such a file; `undefined` if it is no whole letter. */
export function readDeadLetter(text: ByteString): DeadLetter | undefined {
  const { destination, event_id: id, line, reception } = parseObject(fromBytes(text))
  if (typeof destination !== 'string' || typeof line !== 'string' || typeof id !== 'string' || !/^[0-9a-f]{32}$/.test(id)) return undefined
  return isReception(reception) ? { destination, id, line: toBytes(line), reception } : undefined
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** The last millisecond of the year 9999. */
const LAST_TIME = 253_402_300_799_999

function isReception(value: unknown): value is Reception {
  if (typeof value !== 'object' || value === null) return false
  const { at, reference, repaired, delivery, occurrence } = value as Partial<Record<keyof Reception, unknown>>
  const isTime = (time: unknown): boolean => typeof time === 'number' && time >= 0 && time <= LAST_TIME
  return (
    isTime(at) && isTime(reference) && typeof repaired === 'boolean' &&
    (delivery === undefined || typeof delivery === 'string') &&
    (occurrence === undefined || (Number.isSafeInteger(occurrence) && (occurrence as number) >= 0))
  )
}
