import { closeSync, fdatasyncSync, openSync } from 'node:fs'
import type { Parcel, Rejection } from '../destinations/destination.ts'
import { appendWhole, endsWhole } from '../lib/append-whole.ts'
import { fromBytes } from '../lib/bytes.ts'

/** Keeps what a destination will never take: the line, and why. */
export interface DeadLetters {
  /** Returns when the letters stand in the file; throws the system's error. */
  add(destination: string, parcels: readonly Parcel[], rejections: readonly Rejection[]): void
}

/**
 * A file of JSON lines: `time`, `destination`, `reason`, `status`, `event_id` and the `line` as rsyslog gave it. It is opened
 * for each write: rejections are rare, and an administrator may move the file at any time. A letter may stand there twice, with the same
 * `event_id`, when naslog is killed before it has noted that the batch is done.
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
