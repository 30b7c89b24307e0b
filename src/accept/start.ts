import { Worker } from 'node:worker_threads'
import type { AcceptMessage, AcceptOrder, GO } from './thread.ts'

/** The accept thread as the main thread sees it. */
export interface AcceptThread {
  send(message: AcceptOrder | typeof GO): void
  /** Its messages, one after the other; `undefined` when it has died. Rejects with an error in it, which is our own bug. */
  next(): Promise<AcceptMessage | undefined>
  /** Settles when the thread has ended. */
  readonly ended: Promise<void>
  /** Ends it; only before GO, because a thread that blocks in a read does not end. */
  end(): Promise<void>
}

/** Starts the accept thread, which waits for its order. */
export function startAccept(executable: string): AcceptThread {
  // Its files outlive it: the lock of its part is the process's for as long as the main thread delivers.
  const worker = new Worker(executable, { workerData: { role: 'accept' }, stdin: false, stdout: false, trackUnmanagedFds: false })
  const waiting: (AcceptMessage | undefined)[] = []
  let wake: (() => void) | undefined
  let failure: Error | undefined
  const push = (message: AcceptMessage | undefined): void => {
    waiting.push(message)
    wake?.()
  }
  worker.on('message', push)
  worker.on('error', (error) => {
    failure = error
    push(undefined)
  })
  const ended = new Promise<void>((resolve) => worker.on('exit', () => resolve()))
  void ended.then(() => push(undefined))
  return {
    ended,
    send: (message) => worker.postMessage(message),
    async next() {
      while (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      if (failure !== undefined) throw failure
      return waiting.shift()
    },
    async end() {
      await worker.terminate()
    },
  }
}
