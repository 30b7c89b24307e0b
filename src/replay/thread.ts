import { parentPort } from 'node:worker_threads'
import type { Batch, FileTask } from './batch.ts'
import { produce } from './producer.ts'
import { createProduction, type ProductionSpec } from './production.ts'

/** What a replay thread is started with. */
export interface ReplayThreadData {
  readonly role: 'replay'
  readonly spec: ProductionSpec
}

/** To the thread: a file to replay; one more batch may be sent, here is the memory of one; there is nothing more to do. */
export type ReplayOrder =
  | { readonly kind: 'task'; readonly task: FileTask }
  | { readonly kind: 'more'; readonly memory: ArrayBuffer | undefined }
  | { readonly kind: 'end' }

/** Batches on their way: while one is written the next one is made. */
const AHEAD = 2
/** Memory of a batch with a giant line is not kept. */
const LARGEST_SPARE = 4 * 1024 * 1024

/** A thread that replays files, one after the other, and sends their batches. It stops when as many are on their way as may be. */
export async function replayThread({ spec }: ReplayThreadData): Promise<void> {
  const port = parentPort
  if (port === null) throw new Error('the replay thread has no parent')
  const production = await createProduction(spec, Date.now)
  let room = AHEAD
  // Memory goes to the other thread and comes back: what is new for each batch would lie there until its next collection.
  const spare: ArrayBuffer[] = []
  let wake = (): void => {}
  const send = async (batch: Batch): Promise<void> => {
    while (room === 0) await new Promise<void>((resolve) => (wake = resolve))
    room--
    if (batch.bytes === undefined) return port.postMessage(batch)
    const { length } = batch.bytes
    const known = spare.pop()
    const memory = known !== undefined && known.byteLength >= length ? known : new ArrayBuffer(Math.max(length, spec.limits.bytes + 32_768))
    const bytes = new Uint8Array(memory, 0, length)
    bytes.set(batch.bytes)
    port.postMessage({ ...batch, bytes }, [memory])
  }
  port.on('message', (order: ReplayOrder) => {
    if (order.kind === 'task') void replay(order.task)
    else if (order.kind === 'more') {
      room++
      if (order.memory !== undefined && order.memory.byteLength < LARGEST_SPARE) spare.push(order.memory)
      wake()
    } else port.close()
  })
  const replay = async (task: FileTask): Promise<void> => {
    for await (const batch of produce(task, production)) await send(batch)
  }
}
