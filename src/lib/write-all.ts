import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeFault } from './system-fault.ts'

/** Writes new files, with their folders: all of them or none. Returns what went wrong, with the path. */
export function writeAll(files: readonly { readonly path: string; readonly text: string }[]): string | undefined {
  const written: string[] = []
  for (const { path, text } of files) {
    try {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text, { flag: 'wx', mode: 0o644 })
      written.push(path)
    } catch (error) {
      for (const each of written) rmSync(each, { force: true })
      return `${path}: ${writeFault(error)}; nothing was written`
    }
  }
  return undefined
}
