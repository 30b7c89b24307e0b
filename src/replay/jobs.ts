import { Worker } from 'node:worker_threads'
import type { Batch, FileTask } from './batch.ts'
import type { ProductionSpec } from './production.ts'
import type { ReplayOrder, ReplayThreadData } from './thread.ts'

/**
 * The batches of the files, read by several threads at once: in order within a file, those of different files as they come. The
 * files are begun in their order. A thread waits when two of its batches have not been asked for.
 */
export async function* produceInThreads(
  tasks: readonly FileTask[], jobs: number, spec: ProductionSpec, executable: string,
): AsyncGenerator<Batch, void, undefined> {
  const waiting: { worker: Worker; batch: Batch }[] = []
  let wake = (): void => {}
  let failure: Error | undefined
  let next = 0
  let running = 0

  const order = (worker: Worker, message: ReplayOrder, memory: readonly ArrayBuffer[] = []): void => worker.postMessage(message, memory)
  const assign = (worker: Worker): void => {
    const task = tasks[next++]
    if (task !== undefined) order(worker, { kind: 'task', task })
    else {
      order(worker, { kind: 'end' })
      running--
    }
  }
  const start = (): Worker => {
    const data: ReplayThreadData = { role: 'replay', spec }
    const worker = new Worker(executable, { workerData: data, stdin: false, stdout: false })
    worker.on('message', (batch: Batch) => {
      waiting.push({ worker, batch })
      wake()
    })
    worker.on('error', (error) => {
      failure = error
      wake()
    })
    running++
    assign(worker)
    return worker
  }
  const workers = Array.from({ length: Math.min(jobs, tasks.length) }, start)
  try {
    while (running > 0 || waiting.length > 0) {
      if (failure !== undefined) throw failure
      const first = waiting.shift()
      if (first === undefined) {
        await new Promise<void>((resolve) => (wake = resolve))
        continue
      }
      yield first.batch
      const memory = first.batch.bytes?.buffer as ArrayBuffer | undefined
      order(first.worker, { kind: 'more', memory }, memory === undefined ? [] : [memory])
      if (first.batch.end) assign(first.worker)
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}
