import { writeSync } from 'node:fs'
import { once } from 'node:events'
import { parentPort } from 'node:worker_threads'
import { announceAppend, openJournal, type Signals, type SyncPolicy } from '../journal/index.ts'
import { crc32 } from '../lib/crc32.ts'
import { createConversation, type ConversationOptions } from './conversation.ts'
import { readLoop } from './loop.ts'
import { createOccurrenceCounter } from './occurrence.ts'

/** What the main thread sends first, when it has read the configuration. */
export interface AcceptOrder {
  readonly journal: { readonly directory: string; readonly maxBytes: number; readonly segmentBytes: number; readonly sync: SyncPolicy }
  readonly conversation: ConversationOptions
  readonly signals: Signals
  /** Its first element turns from 0 to 1 when no more lines shall be accepted. */
  readonly stop: Int32Array<SharedArrayBuffer>
}

/** What it sends second, when everything else is ready. */
export const GO = 'go'

/** What it tells the main thread. */
export type AcceptMessage =
  | { readonly kind: 'open'; readonly part: string; readonly notices: readonly string[] }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'report'; readonly message: string }
  | { readonly kind: 'ended'; readonly unfinished: number }

const STDIN = 0
const STDOUT = 1
const OK = Buffer.from('OK\n')

/**
 * The thread that hears rsyslog: it opens the journal, says so, and when the main thread answers that everything else is ready, says
 * the first OK and accepts lines in a blocking loop. Nothing else in the program writes to standard output.
 */
export async function acceptThread(): Promise<void> {
  const port = parentPort
  if (port === null) throw new Error('the accept thread needs a main thread')
  const tell = (message: AcceptMessage): void => port.postMessage(message)
  const [order] = (await once(port, 'message')) as [AcceptOrder]
  const { directory, maxBytes, segmentBytes, sync } = order.journal
  const journal = openJournal({ dir: directory, maxBytes, segmentBytes, sync, signals: order.signals })
  if ('failed' in journal) return tell({ kind: 'failed', reason: journal.failed })
  tell({ kind: 'open', part: journal.part, notices: journal.notices })
  await once(port, 'message')
  port.unref()

  const stopped = (): boolean => Atomics.load(order.stop, 0) !== 0
  const occurrences = createOccurrenceCounter()
  const store = {
    append: (line: Buffer, deferred: boolean) => {
      const checksum = crc32(line)
      const appended = journal.append(line, checksum, Date.now(), occurrences.of(line, checksum), deferred)
      if (appended === 'ok') occurrences.accept()
      return reasonOf(appended)
    },
    commit: () => reasonOf(journal.commit()),
  }
  const voice = {
    // Writing a string takes twice as long as writing a Buffer, and nearly every answer is this one.
    say: (answer: string) => void (answer === 'OK\n' ? writeSync(STDOUT, OK) : writeSync(STDOUT, answer)),
    wait: (ms: number) => Atomics.wait(order.stop, 0, 0, ms) === 'timed-out',
    report: (message: string) => tell({ kind: 'report', message }),
  }
  let unfinished = 0
  try {
    if (order.conversation.confirm) voice.say('OK\n')
    unfinished = readLoop({ descriptor: STDIN, stopped, onLine: createConversation(store, order.conversation, voice) }).unfinished
  } catch (error) {
    // rsyslog has closed the pipe before the answer: the end, like EOF. It will send the message again.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  }
  const ended = journal.end()
  if (ended !== 'ok') voice.report(ended.failed)
  tell({ kind: 'ended', unfinished })
  // Wakes the readers: they wait for appends, and there will be none.
  announceAppend(order.signals)
}

function reasonOf(result: 'ok' | { readonly full: string } | { readonly failed: string }): string | undefined {
  if (result === 'ok') return undefined
  return 'full' in result ? result.full : result.failed
}
