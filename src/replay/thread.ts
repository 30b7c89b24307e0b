import { parentPort } from 'node:worker_threads'
import { produce, type Batch, type FileTask } from './producer.ts'
import { createProduction, type ProductionSpec } from './production.ts'

/** What a replay thread is started with. */
export interface ReplayThreadData {
  readonly role: 'replay'
  readonly spec: ProductionSpec
}

/** To the thread: a file to replay; one more batch may be sent; there is nothing more to do. */
export type ReplayOrder = { readonly kind: 'task'; readonly task: FileTask } | { readonly kind: 'more' } | { readonly kind: 'end' }

/** Batches on their way: while one is written the next one is made. */
const AHEAD = 2

/** A thread that replays files, one after the other, and sends their batches. It stops when as many are on their way as may be. */
export async function replayThread({ spec }: ReplayThreadData): Promise<void> {
  const port = parentPort
  if (port === null) throw new Error('the replay thread has no parent')
  const production = await createProduction(spec, Date.now)
  let room = AHEAD
  let wake = (): void => {}
  const send = async (batch: Batch): Promise<void> => {
    while (room === 0) await new Promise<void>((resolve) => (wake = resolve))
    room--
    // The bytes are used again for the next batch.
    const bytes = batch.bytes && new Uint8Array(batch.bytes)
    port.postMessage({ ...batch, bytes }, bytes === undefined ? [] : [bytes.buffer as ArrayBuffer])
  }
  port.on('message', (order: ReplayOrder) => {
    if (order.kind === 'task') void replay(order.task)
    else if (order.kind === 'more') {
      room++
      wake()
    } else port.close()
  })
  const replay = async (task: FileTask): Promise<void> => {
    for await (const batch of produce(task, production)) await send(batch)
  }
}
