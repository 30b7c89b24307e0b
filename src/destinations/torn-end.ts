import { fstatSync, ftruncateSync, readSync } from 'node:fs'
import { flock } from '../lib/flock.ts'

const LF = 0x0a
const BLOCK = 64 * 1024
/** How long a write of another process may take, in ms. */
const WRITE_TIME = 50
/** How long to wait for another naslog that cuts a piece off, in ms. */
const LOCK_PATIENCE = 1000

/**
 * Sees to it that the next record begins a line: a process that is killed in the middle of a large write leaves a piece of one
 * (the kernel ends the write between two pages). Its record comes again, because it was not confirmed. The piece is cut off if nobody else
 * has the file open: each writer holds a shared lock on it for as long as it may write, and cutting wants the exclusive one.
 * Returns what must be written before the next record: a line feed where the piece must stay. Throws the system's errors.
 */
export function mendEnd(descriptor: number): '' | '\n' {
  for (let waited = 0; ; waited += 5) {
    if (endsWhole(descriptor)) return ''
    // Another process may be writing in this moment.
    if (waited >= WRITE_TIME) break
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
  }
  const sole = flock(descriptor, 'exclusive') === 'locked'
  if (sole) cutPiece(descriptor)
  // Also where the exclusive lock was refused: flock(2) may lose the shared one then.
  lockForWriting(descriptor)
  return sole ? '' : '\n'
}

/** Takes the lock of a writer, once the file is open. Where locks do not work nothing is ever cut off. Throws if another program keeps it. */
export function lockForWriting(descriptor: number): void {
  if (flock(descriptor, 'shared', { patience: LOCK_PATIENCE }) === 'held') throw new Error('another program has locked it')
}

function endsWhole(descriptor: number): boolean {
  const { size } = fstatSync(descriptor)
  const last = Buffer.alloc(1)
  return size === 0 || readSync(descriptor, last, 0, 1, size - 1) === 0 || last[0] === LF
}

/** Cuts the file back to the end of its last whole line. */
function cutPiece(descriptor: number): void {
  const block = Buffer.alloc(BLOCK)
  for (let end = fstatSync(descriptor).size; ; end = Math.max(0, end - BLOCK)) {
    const start = Math.max(0, end - BLOCK)
    const count = readSync(descriptor, block, 0, end - start, start)
    const feed = block.subarray(0, count).lastIndexOf(LF)
    if (feed >= 0 || start === 0) return ftruncateSync(descriptor, start + feed + 1)
  }
}
