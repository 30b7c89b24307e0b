import { closeSync, fdatasyncSync, fstatSync, openSync } from 'node:fs'
import { failure } from './faults.ts'
import type { Failed } from './faults.ts'
import { listSegments } from './segment.ts'
import { askForNewSegment } from './signals.ts'
import type { Signals } from './signals.ts'

/**
 * Brings a part to the disk from another thread than the appender's, which blocks on its input: to be called by
 * a timer for the policy `everyMs`. Only the live segment is looked at: the appender syncs the others when it leaves them.
 */
export class Syncer {
  readonly #part: string
  readonly #signals: Signals
  #fd: number | undefined
  #path: string | undefined
  #syncedBytes = 0

  constructor(part: string, signals: Signals) {
    this.#part = part
    this.#signals = signals
  }

  /** After a failure records since the last sync may be gone from the kernel's memory: the appender begins a new segment. */
  sync(): 'ok' | Failed {
    try {
      const path = listSegments(this.#part).at(-1)?.path
      if (path === undefined) return 'ok'
      if (this.#fd === undefined || path !== this.#path) this.#open(path)
      const { size } = fstatSync(this.#fd!)
      if (size === this.#syncedBytes) return 'ok'
      fdatasyncSync(this.#fd!)
      this.#syncedBytes = size
      return 'ok'
    } catch (error) {
      askForNewSegment(this.#signals)
      return failure(error, `sync of journal ${this.#part}: records since the last sync may not survive a power cut`)
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }

  #open(path: string): void {
    this.close()
    this.#fd = openSync(path, 'r')
    this.#path = path
    this.#syncedBytes = 0
  }
}
