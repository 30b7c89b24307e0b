import { fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs'

/**
 * Appends all of it or nothing to a file that is open for reading and appending: what a full disk took of it is cut off again. Throws the
 * system's error.
 */
export function appendWhole(descriptor: number, bytes: Buffer): void {
  let written = 0
  try {
    while (written < bytes.length) written += writeSync(descriptor, bytes, written)
  } catch (error) {
    if (written > 0) cutBack(descriptor, bytes.subarray(0, written))
    throw error
  }
}

/** Cuts a piece off the end of the file; ends it with a newline instead where another process has appended behind it. */
function cutBack(descriptor: number, piece: Buffer): void {
  const start = fstatSync(descriptor).size - piece.length
  const tail = Buffer.alloc(piece.length)
  if (start >= 0 && readSync(descriptor, tail, 0, tail.length, start) === tail.length && tail.equals(piece)) {
    ftruncateSync(descriptor, start)
  } else writeSync(descriptor, '\n')
}

/** True if the last byte of the file is a line feed, or there is none. */
export function endsWhole(descriptor: number): boolean {
  const { size } = fstatSync(descriptor)
  const last = Buffer.alloc(1)
  return size === 0 || readSync(descriptor, last, 0, 1, size - 1) === 0 || last[0] === 0x0a
}
