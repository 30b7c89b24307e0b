import type { Failed } from './faults.ts'
import type { Batch } from './part-reader.ts'
import { appendCount, waitForAppend } from './signals.ts'
import type { Signals } from './signals.ts'

/**
 * The batches that `read` finds, for as long as `stop` is not aborted; waits where there is nothing new. A failure to
 * read is yielded as it is; the next step reads again.
 */
export async function* follow(
  read: () => Batch | Failed, signals: Signals | undefined, stop: AbortSignal,
): AsyncGenerator<Batch | Failed, void, undefined> {
  while (!stop.aborted) {
    const seen = appendCount(signals)
    const found = read()
    if ('failed' in found || found.records.length > 0 || found.notices.length > 0) yield found
    else await waitForAppend(signals, seen, stop)
  }
}
