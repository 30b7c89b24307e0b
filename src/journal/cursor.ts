import { closeSync, fsyncSync, openSync, readFileSync, readdirSync, renameSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from '../lib/crc32.ts'
import { errorCode } from './faults.ts'
import { FILE_MODE } from './segment.ts'
import type { Position } from './segment.ts'

const SUFFIX = '.cursor'
const CONTENT = /^(naslog-cursor 1 sequence (\d{1,15}) segment (\d{1,15}) offset (\d{1,15})) crc ([0-9a-f]{8})\n$/

/** One line of text: `naslog-cursor 1 sequence 42 segment 0 offset 13000 crc 89abcdef`. */
export function encodeCursor({ sequence, segment, offset }: Position): string {
  const content = `naslog-cursor 1 sequence ${sequence} segment ${segment} offset ${offset}`
  return `${content} crc ${checksum(content)}\n`
}

/** The position in a cursor file's text; `undefined` if the text is not exactly what was written. */
export function decodeCursor(text: string): Position | undefined {
  const [, content, sequence, segment, offset, crc] = CONTENT.exec(text) ?? []
  if (content === undefined || checksum(content) !== crc) return undefined
  return { sequence: Number(sequence), segment: Number(segment), offset: Number(offset) }
}

/** How far a destination has confirmed the records of a part. Throws the system's errors. */
export function readCursor(part: string, destination: string): Position | 'absent' | 'broken' {
  try {
    return decodeCursor(readFileSync(cursorPath(part, destination), 'latin1')) ?? 'broken'
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 'absent'
    throw error
  }
}

/**
 * Replaces a cursor in one step: whoever reads it, after whatever death, sees the old one or the new one. After a power
 * cut that holds only with `durable`; without, the cursor may be old or broken, and records are delivered again.
 * A part has one writer of cursors. Throws the system's errors.
 */
export function writeCursor(part: string, destination: string, position: Position, durable: boolean): void {
  const path = cursorPath(part, destination)
  const file = openSync(`${path}.tmp`, 'w', FILE_MODE)
  try {
    const text = encodeCursor(position)
    // Too short on a full disk: the broken cursor must not replace the good one.
    if (writeSync(file, text) < text.length) throw shortWrite(path)
    if (durable) fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.tmp`, path)
}

export function deleteCursor(part: string, destination: string): void {
  unlinkSync(cursorPath(part, destination))
}

/** The destinations that have a cursor in the part. Throws the system's errors. */
export function listCursors(part: string): string[] {
  return readdirSync(part)
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => decodeName(name.slice(0, -SUFFIX.length)))
    .filter((name) => name !== undefined)
}

/** A destination's name may hold anything; its file's name is percent-encoded. */
function cursorPath(part: string, destination: string): string {
  return join(part, encodeURIComponent(destination) + SUFFIX)
}

function decodeName(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}

function checksum(content: string): string {
  return crc32(Buffer.from(content, 'latin1')).toString(16).padStart(8, '0')
}

function shortWrite(path: string): Error {
  return Object.assign(new Error(`ENOSPC: no space left on device, write '${path}.tmp'`), { code: 'ENOSPC', syscall: 'write' })
}
