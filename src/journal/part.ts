import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from './faults.ts'
import type { Failed } from './faults.ts'
import { Lock, lockPath, takeLock } from './lock.ts'
import { DIRECTORY_MODE, listSegments } from './segment.ts'

const NAME = /^\d{4,}$/

/** Paths of the parts of a journal: the directories `0001`, `0002`, ... Throws what `readdir` throws. */
export function listParts(journal: string): string[] {
  return readdirSync(journal)
    .filter((name) => NAME.test(name))
    .sort((a, b) => Number(a) - Number(b))
    .map((name) => join(journal, name))
}

/** A part and its lock. */
export interface OwnedPart {
  readonly part: string
  readonly lock: Lock
}

/**
 * A part for this process to append to: the first whose owner is dead, and a new one only where all owners live. So
 * one process after the other goes on in the same part, in order. Throws the system's errors.
 */
export function ownPart(journal: string): OwnedPart | Failed {
  mkdirSync(journal, { recursive: true, mode: DIRECTORY_MODE })
  const tried = new Set<string>()
  for (const part of listParts(journal)) {
    const lock = takeLock(part)
    if (lock instanceof Lock) return { part, lock }
    if (typeof lock === 'object') return lock
    tried.add(part)
  }
  for (let number = 1; ; number++) {
    const part = join(journal, String(number).padStart(4, '0'))
    if (tried.has(part)) continue
    makeDirectory(part)
    const lock = takeLock(part)
    if (lock instanceof Lock) return { part, lock }
    // Otherwise someone else took it, or is removing it, in this moment: the next number.
    if (typeof lock === 'object') return lock
  }
}

/** Removes a part whose lock the caller holds. Throws the system's errors. */
export function removePart(part: string): void {
  for (const segment of listSegments(part)) unlinkSync(segment.path)
  // Only now the cursors: without them a segment would be delivered again.
  const lock = lockPath(part)
  for (const name of readdirSync(part)) {
    const path = join(part, name)
    if (path !== lock) unlinkSync(path)
  }
  unlinkSync(lock)
  try {
    rmdirSync(part)
  } catch (error) {
    // A starting process made its lock file here in this moment: the empty part is its own now.
    if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'ENOENT') throw error
  }
}

/** Makes new names in a directory survive a power cut. Throws the system's errors. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: DIRECTORY_MODE })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
}
