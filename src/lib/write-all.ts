import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Writes new files, with their folders: all of them or none. Returns what went wrong. */
export function writeAll(files: readonly { readonly path: string; readonly text: string }[]): string | undefined {
  const written: string[] = []
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text, { flag: 'wx', mode: 0o644 })
      written.push(path)
    }
    return undefined
  } catch (error) {
    for (const path of written) rmSync(path, { force: true })
    return error instanceof Error ? error.message : String(error)
  }
}
