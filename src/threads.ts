/** The second threads of naslog. They are started from the same executable; main.ts hands over to `runThread`. */

import type { ReplayThreadData } from './replay/thread.ts'

/** What a thread is started with, as `workerData`. */
export interface ThreadData {
  readonly role: 'accept' | 'replay'
}

/** Runs the thread's part; the code of each is loaded where it is needed. */
export async function runThread(data: ThreadData): Promise<void> {
  switch (data.role) {
    case 'accept': {
      const { acceptThread } = await import('./accept/thread.ts')
      return acceptThread()
    }
    case 'replay': {
      const { replayThread } = await import('./replay/thread.ts')
      return replayThread(data as ReplayThreadData)
    }
  }
}
