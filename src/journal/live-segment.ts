import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { failure, fault } from './faults.ts'
import type { Failed, Full } from './faults.ts'
import { FILE_MODE, segmentPath } from './segment.ts'

/** The segment that is being appended to. */
export class LiveSegment {
  readonly path: string
  readonly #fd: number
  /** Bytes of complete records. */
  #bytes: number
  /** Bytes behind those, which could not be cut off yet. */
  #torn = false
  #dirty: boolean

  /** Creates the segment, or goes on in it. Throws the system's errors. */
  constructor(part: string, first: number) {
    this.path = segmentPath(part, first)
    this.#fd = openSync(this.path, 'a', FILE_MODE)
    this.#bytes = fstatSync(this.#fd).size
    this.#dirty = this.#bytes > 0
  }

  get bytes(): number {
    return this.#bytes
  }

  /**
   * Appends the frame with one write, wholly or not at all. A record cut short by a full disk is
   * cut back; where even that fails, nothing is taken until it succeeds, so that no torn record ever stands between good ones.
   */
  append(frame: Buffer): 'ok' | Full | Failed {
    if (this.#torn) {
      const failed = this.#cutBack()
      if (failed !== undefined) return failed
    }
    try {
      const written = writeSync(this.#fd, frame, 0, frame.length)
      if (written === frame.length) {
        this.#bytes += written
        this.#dirty = true
        return 'ok'
      }
      return this.#cutBack() ?? { full: `append to ${this.path}: only ${written} of ${frame.length} bytes found room` }
    } catch (error) {
      return this.#cutBack() ?? fault(error, `append to ${this.path}`)
    }
  }

  /**
   * Brings what was appended to the disk (fdatasync). After a failure the kernel may have thrown away data that it could not
   * write, and a later success says nothing of it: the caller starts a new segment.
   */
  sync(): 'ok' | Failed {
    if (!this.#dirty) return 'ok'
    this.#dirty = false
    try {
      fdatasyncSync(this.#fd)
      return 'ok'
    } catch (error) {
      return failure(error, `sync of ${this.path}: records since the last sync may not survive a power cut`)
    }
  }

  close(): void {
    closeSync(this.#fd)
  }

  #cutBack(): Failed | undefined {
    try {
      ftruncateSync(this.#fd, this.#bytes)
      this.#torn = false
      return undefined
    } catch (error) {
      this.#torn = true
      return failure(error, `cutting an unfinished record off ${this.path}`)
    }
  }
}
