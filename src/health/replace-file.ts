import { closeSync, fchmodSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** Behind the name of a file that is being written. It ends the name, so that a collector of `*.prom` does not see it. */
export const UNFINISHED = '.tmp'

/**
 * Replaces a file in one step: whoever reads it sees the old text or the new one. The mode holds whatever the umask is. A path has
 * one writer. Throws the system's errors.
 */
export function replaceFile(path: string, text: string, mode: number): void {
  const unfinished = path + UNFINISHED
  // A new file, never one that somebody else has put there, or a link to it.
  rmSync(unfinished, { force: true })
  const file = openSync(unfinished, 'wx', mode)
  try {
    fchmodSync(file, mode)
    writeFileSync(file, text)
  } finally {
    closeSync(file)
  }
  renameSync(unfinished, path)
}
