import { setTimeout as sleep } from 'node:timers/promises'

/** Shared by the appender, its readers and its syncer where they are threads of one process. */
export type Signals = Int32Array<SharedArrayBuffer>

/** Counts appends; readers wait for it to change. */
const APPENDED = 0
/** 1 when a sync failed elsewhere and the appender should leave its segment. */
const LEAVE_SEGMENT = 1

/** How often readers in another process look. */
const POLL_MILLISECONDS = 50
/** How often readers look that are told of appends: only against a signal gone astray. */
const SAFETY_MILLISECONDS = 1000

/** Goes to the other threads as it is, in `workerData`. */
export function newSignals(): Signals {
  return new Int32Array(new SharedArrayBuffer(8))
}

export function announceAppend(signals: Signals): void {
  Atomics.add(signals, APPENDED, 1)
  Atomics.notify(signals, APPENDED)
}

export function askForNewSegment(signals: Signals): void {
  Atomics.store(signals, LEAVE_SEGMENT, 1)
}

/** True once after each `askForNewSegment`. */
export function takeNewSegmentRequest(signals: Signals): boolean {
  return Atomics.load(signals, LEAVE_SEGMENT) === 1 && Atomics.exchange(signals, LEAVE_SEGMENT, 0) === 1
}

/** The state of the counter; taken before a read that may find nothing, and then given to `waitForAppend`. */
export function appendCount(signals: Signals | undefined): number {
  return signals === undefined ? 0 : Atomics.load(signals, APPENDED)
}

/** TypeScript has it from es2024 on, Node from 16. */
type WaitAsync = (array: Int32Array, index: number, value: number, milliseconds: number) =>
  { async: false } | { async: true; value: Promise<unknown> }
const { waitAsync } = Atomics as unknown as { waitAsync: WaitAsync }

/** Waits until something may have been appended since the counter stood at `seen`, or until `stop`. */
export async function waitForAppend(signals: Signals | undefined, seen: number, stop: AbortSignal): Promise<void> {
  const limit = signals === undefined ? POLL_MILLISECONDS : SAFETY_MILLISECONDS
  const change = signals && waitAsync(signals, APPENDED, seen, limit)
  if (change?.async === false || stop.aborted) return
  // A pending waitAsync does not keep a thread alive; the timer does.
  const timer = new AbortController()
  const abort = (): void => timer.abort()
  stop.addEventListener('abort', abort, { once: true })
  void change?.value.then(abort)
  await sleep(limit, undefined, { signal: timer.signal }).catch(() => undefined)
  stop.removeEventListener('abort', abort)
}
