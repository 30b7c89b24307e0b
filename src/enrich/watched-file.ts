import { readFileSync, statSync } from 'node:fs'
import { ConfigurationError } from '../config/error.ts'
import { printableText } from '../lib/printable.ts'
import { readFault } from '../lib/system-fault.ts'

/** What was made of a file, as the file now is. */
export interface WatchedFile<T> {
  readonly current: T
  /**
   * Looks whether the file has changed, and reads it again if so. A file that has become unreadable or wrong changes nothing.
   * What happened, for people, once for each change; nothing as a rule.
   */
  refresh(): readonly string[]
}

/** Reads a file by `load`, which throws a ConfigurationError for a file that is wrong. This throws the same at the start. */
export function watchFile<T>(name: string, load: (name: string) => T): WatchedFile<T> {
  // The state of the file is taken before it is read: what is written meanwhile is read again the next time.
  let seen = stateOf(name)
  let current = load(name)
  return {
    get current() {
      return current
    },
    refresh() {
      const state = stateOf(name)
      if (state === seen) return []
      seen = state
      try {
        current = load(name)
        return [`${printableText(name)}: has changed, read again`]
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error
        return error.complaints.map(({ where, text }) => `${where}: ${text}; what was read before stays in use`)
      }
    },
  }
}

/** Tells one content of a file from another, also where it was replaced by one of the same size. */
function stateOf(name: string): string {
  try {
    const { dev, ino, size, mtimeMs } = statSync(name)
    return `${dev} ${ino} ${size} ${mtimeMs}`
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
  }
}

/** Reads a file as it is. Throws a ConfigurationError. */
export function readBytes(name: string): Buffer {
  try {
    return readFileSync(name)
  } catch (error) {
    throw new ConfigurationError([{ where: printableText(name), text: readFault(error) }])
  }
}
