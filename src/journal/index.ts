/**
 * The journal between acceptance and delivery: `openJournal` (append) in the accepting thread; `openDelivery` and
 * `adoptParts` (read, commit) in the delivering one. On disk:
 *
 *     <dir>/0001/                          a part: of one process at a time, then of the next
 *         owner.lock                       locked while the owner lives (lock.ts)
 *         00000000000000000000.log         segments of records (frame.ts), named by their first sequence
 *         00000000000000052413.log         the live one: the last
 *         elasticsearch.cursor             how far a destination is (cursor.ts)
 */
export { adoptParts } from './adopt.ts'
export type { Adopted } from './adopt.ts'
export { openDelivery } from './delivery.ts'
export type { Delivery, DeliveryOptions } from './delivery.ts'
export type { Failed, Full } from './faults.ts'
export { follow } from './follow.ts'
export { MAX_OCCURRENCE } from './frame.ts'
export type { JournalRecord } from './frame.ts'
export { openJournal } from './journal.ts'
export type { Journal, JournalOptions, SyncPolicy } from './journal.ts'
export type { Batch, ReadLimits } from './part-reader.ts'
export type { Position } from './segment.ts'
export { announceAppend, appendCount, newSignals, waitForAppend } from './signals.ts'
export type { Signals } from './signals.ts'
export { journalStatus } from './status.ts'
export type { DestinationStatus, PartStatus } from './status.ts'
export { Syncer } from './syncer.ts'
export { exportLines } from './waiting.ts'
export type { WaitingRecord } from './waiting.ts'
