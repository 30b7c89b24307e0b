import type { Delivery, Fault, Parcel, Rejection } from './destination.ts'
import type { Split } from './outcome.ts'

/** What one request may hold, all counted as serialised. */
export interface RequestLimits {
  readonly records: number
  /** Bytes of the body before compression. */
  readonly bytes: number
  /** Bytes around all records, and those that each record costs besides its own (a separator). */
  readonly envelope: number
  readonly perRecord: number
  /** Most that a record alone may have; `bytes` by default. */
  readonly recordBytes?: number | undefined
}

/** Sends some records in one request; places are those of the records given. */
export type Send = (parcels: readonly Parcel[]) => Promise<Delivery | Split>

/**
 * After so many records that were refused one by one, and none that was taken, the fault is hardly in the records: a wrong address or
 * setting must not turn data into dead letters.
 */
const REFUSED_IN_A_ROW = 16

/** What is remembered of a destination from one batch to the next: records that were refused since one was taken. */
export interface Refusals {
  count: number
}

/**
 * Delivers a batch in requests that keep the limits. A request that is answered with `split` is halved down to the record that
 * is the reason, which is rejected. Stops at the first fault; what is left is to be given `again`.
 */
export async function deliverInPieces(batch: readonly Parcel[], limits: RequestLimits, send: Send, refusals: Refusals = { count: 0 }): Promise<Delivery> {
  const { pieces, rejected } = cut(batch, limits)
  const again: number[] = []
  let fault: Fault | undefined
  let doubtful: { count: number; reason: string } | undefined
  let taken = 0
  let refused = 0
  let reason = ''

  while (pieces.length > 0 && fault === undefined) {
    const piece = pieces.shift() as number[]
    const answer = await send(piece.map((index) => batch[index] as Parcel))
    switch (answer.kind) {
      case 'split': {
        const culprit = piece.length === 1 ? 0 : answer.culprit
        if (culprit === undefined) {
          const middle = piece.length >> 1
          pieces.unshift(piece.slice(0, middle), piece.slice(middle))
          break
        }
        rejected.push({ index: piece[culprit] as number, reason: answer.reason, status: answer.status })
        if (piece.length > 1) pieces.unshift(piece.toSpliced(culprit, 1))
        reason = answer.reason
        if (++refused < REFUSED_IN_A_ROW || taken > 0) break
        if (refused > REFUSED_IN_A_ROW || pieces.length === 0) return { kind: 'hold', reason: `every record is refused: ${reason}` }
        // Somebody may have made these records. The last one of the batch, out of turn, tells whether the destination takes any.
        moveLastToFront(pieces)
        break
      }
      case 'delivered': {
        for (const rejection of answer.rejected) rejected.push({ ...rejection, index: piece[rejection.index] as number })
        if (answer.again !== undefined) {
          fault = answer.again.fault
          again.push(...answer.again.indexes.map((index) => piece[index] as number))
        }
        if (answer.doubtful !== undefined) doubtful = { count: (doubtful?.count ?? 0) + answer.doubtful.count, reason: answer.doubtful.reason }
        taken += answer.count - answer.rejected.length - (answer.again?.indexes.length ?? 0)
        if (answer.count < piece.length) pieces.unshift(piece.slice(answer.count))
        break
      }
      default: {
        fault = answer
        pieces.unshift(piece)
      }
    }
  }
  if (taken > 0) refusals.count = 0
  else if (refused > 0 && refusals.count + refused >= REFUSED_IN_A_ROW) return { kind: 'hold', reason: `every record is refused: ${reason}` }
  else refusals.count += refused
  rejected.sort((a, b) => a.index - b.index)
  const left = [...again, ...pieces.flat()].sort((a, b) => a - b)
  if (fault !== undefined && left.length === batch.length) return fault
  return {
    kind: 'delivered', count: batch.length, rejected,
    ...(fault !== undefined && left.length > 0 && { again: { indexes: left, fault } }),
    ...(doubtful !== undefined && { doubtful }),
  }
}

function moveLastToFront(pieces: number[][]): void {
  const last = pieces.pop() as number[]
  if (last.length > 1) pieces.push(last.slice(0, -1))
  pieces.unshift(last.slice(-1))
}

/** Cuts a batch into pieces, in order, that keep the limits; a record that is too large by itself is rejected. */
function cut(batch: readonly Parcel[], limits: RequestLimits): { pieces: number[][]; rejected: Rejection[] } {
  const pieces: number[][] = []
  const rejected: Rejection[] = []
  const most = Math.min(limits.recordBytes ?? Infinity, limits.bytes - limits.envelope - limits.perRecord)
  let piece: number[] = []
  let bytes = limits.envelope
  for (const [index, { record }] of batch.entries()) {
    if (record.length > most) {
      rejected.push({ index, reason: `the record has ${record.length} bytes, and at most ${most} are taken` })
      continue
    }
    const size = record.length + limits.perRecord
    if (piece.length >= limits.records || (piece.length > 0 && bytes + size > limits.bytes)) {
      pieces.push(piece)
      piece = []
      bytes = limits.envelope
    }
    piece.push(index)
    bytes += size
  }
  if (piece.length > 0) pieces.push(piece)
  return { pieces, rejected }
}
