import type { Delivery, Destination, Fault, Parcel, Rejection } from './destination.ts'
import { createKeeper } from './keeper.ts'
import { linkFault } from './link-fault.ts'
import { readTlsFiles, type Endpoint } from './link.ts'
import { openRelpSession, RelpRefusal, type RelpAnswer } from './relp-session.ts'

export interface RelpOptions extends Endpoint {
  readonly name: string
  /** Most messages on their way without an answer. */
  readonly window: number
  /** Longest message that the receiver takes, in bytes. */
  readonly maxMessageSize: number
}

/**
 * Sends syslog messages over RELP, the protocol of rsyslog's imrelp: each message is acknowledged, and counts as delivered only
 * then. Records are whole messages (encode/syslog5424.ts).
 */
export function createRelpDestination(options: RelpOptions): Destination {
  const keeper = createKeeper((signal) => openRelpSession(options, options.window, signal))

  return {
    name: options.name,
    limits: { records: 2000, bytes: 2 * 1024 * 1024 },
    async open() {
      if (options.tls !== undefined) readTlsFiles(options.tls)
    },
    async deliver(batch, signal) {
      const { sendable, rejected } = sort(batch, options.maxMessageSize)
      if (sendable.length === 0) return { kind: 'delivered', count: batch.length, rejected }
      try {
        return await keeper.use(signal, async (session) => {
          const answers = await session.send(sendable.map((index) => batch[index]!.record))
          const fault = linkFault(options, session.broken ?? new Error(refusalOf(answers)))
          return settle(batch.length, sendable, answers, rejected, fault)
        })
      } catch (error) {
        const fault = linkFault(options, error)
        return error instanceof RelpRefusal ? { kind: 'hold', reason: fault.reason } : fault
      }
    },
    reopen: keeper.renew,
    close: keeper.close,
  }
}

/** The places of the messages that may be sent, and the others. */
function sort(batch: readonly Parcel[], most: number): { sendable: number[]; rejected: Rejection[] } {
  const sendable: number[] = []
  const rejected: Rejection[] = []
  for (const [index, { record }] of batch.entries()) {
    if (record.length <= most) sendable.push(index)
    else rejected.push({ index, reason: `the message has ${record.length} bytes, more than max_message_size (${most})` })
  }
  return { sendable, rejected }
}

/**
 * What the answers mean. A message that is refused while a later one is taken is at fault itself: dead letter. Where nothing behind
 * it is taken, the server is in trouble as likely as not (its disk is full): it is tried again, as is what got no answer.
 */
function settle(count: number, sendable: readonly number[], answers: readonly (RelpAnswer | undefined)[], long: readonly Rejection[], fault: Fault): Delivery {
  const lastTaken = answers.findLastIndex((answer) => answer?.code === 200)
  if (lastTaken < 0) return fault
  const again: number[] = []
  const rejected = [...long]
  for (const [at, index] of sendable.entries()) {
    const answer = answers[at]
    if (answer === undefined || (answer.code !== 200 && at > lastTaken)) again.push(index)
    else if (answer.code !== 200) rejected.push({ index, reason: `refused: ${answer.text}`, status: answer.code })
  }
  rejected.sort((a, b) => a.index - b.index)
  return { kind: 'delivered', count, rejected, ...(again.length > 0 && { again: { indexes: again, fault } }) }
}

function refusalOf(answers: readonly (RelpAnswer | undefined)[]): string {
  const refusal = answers.find((answer) => answer !== undefined && answer.code !== 200)
  return refusal === undefined ? 'no answer' : `it refuses messages: ${refusal.code} ${refusal.text}`
}
