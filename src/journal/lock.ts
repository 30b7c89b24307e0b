import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { pid } from 'node:process'
import { flock, type FlockMode } from '../lib/flock.ts'
import { errorCode, failure } from './faults.ts'
import type { Failed } from './faults.ts'
import { FILE_MODE } from './segment.ts'

/**
 * The lock of a part: a `flock` on its file `owner.lock`, held for as long as the owner's file descriptor is open.
 *
 * Why not something else:
 * - The kernel drops it at any death, `kill -9` included, and gives it to exactly one of several that ask. A file with
 *   pid and start time leaves staleness to be guessed, needs a race to be won when several adopt, and says nothing of an
 *   owner in another pid namespace (container).
 * - A listening abstract socket is the kernel's too, but each network namespace has its own: two containers that share the
 *   directory would both own it. And any local user can take the name first; the lock file needs write permission.
 * libuv opens every file close-on-exec, so no child process can keep the lock alive by accident.
 */
export class Lock {
  #fd: number | undefined

  constructor(fd: number) {
    this.#fd = fd
  }

  release(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }
}

/** Takes the lock of a part without waiting; `gone` if the part is being removed. */
export function takeLock(part: string): Lock | 'held' | 'gone' | Failed {
  const path = lockPath(part)
  let fd: number
  try {
    fd = openSync(path, 'a+', FILE_MODE)
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? 'gone' : failure(error, `lock of journal ${part}`)
  }
  const answer = lock(fd, 'exclusive')
  if (answer === 'locked' && isSameFile(fd, path)) {
    writeOwner(fd)
    return new Lock(fd)
  }
  closeSync(fd)
  return answer === 'locked' ? 'gone' : answer
}

/** True if a living process owns the part. The answer may be out of date at once. */
export function isHeld(part: string): boolean | Failed {
  let fd: number
  try {
    fd = openSync(lockPath(part), 'r')
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? false : failure(error, `lock of journal ${part}`)
  }
  const answer = lock(fd, 'shared')
  closeSync(fd)
  return typeof answer === 'string' ? answer === 'held' : answer
}

/** The process id that the last owner wrote down, in its own namespace: for people only. */
export function lastOwner(part: string): number | undefined {
  try {
    const digits = /^pid (\d+)\n/.exec(readFileSync(lockPath(part), 'latin1'))?.[1]
    return digits === undefined ? undefined : Number(digits)
  } catch {
    return undefined
  }
}

export function lockPath(part: string): string {
  return join(part, 'owner.lock')
}

/** Without waiting. */
function lock(fd: number, mode: FlockMode): 'locked' | 'held' | Failed {
  const answer = flock(fd, mode)
  return typeof answer === 'string' ? answer : { failed: `flock(1), which comes with util-linux, cannot lock the journal: ${answer.failed}` }
}

/** False if the file was deleted, and perhaps made anew, between opening and locking it. */
function isSameFile(fd: number, path: string): boolean {
  try {
    const [locked, named] = [fstatSync(fd), statSync(path)]
    return locked.ino === named.ino && locked.dev === named.dev
  } catch {
    return false
  }
}

function writeOwner(fd: number): void {
  try {
    ftruncateSync(fd)
    writeSync(fd, `pid ${pid}\n`)
  } catch {
    // The lock holds without it, also on a full disk.
  }
}
