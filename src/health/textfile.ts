import { existsSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join, parse } from 'node:path'
import { replaceFile, UNFINISHED } from './replace-file.ts'

/** The collector of node_exporter is another user. */
const MODE = 0o644

/** `/dir/naslog.prom` of part `0001` is `/dir/naslog.0001.prom`: every process has a file of its own. */
export function textfilePath(configured: string, part: string): string {
  const { dir, name, ext } = parse(configured)
  return join(dir, `${name}.${basename(part)}${ext}`)
}

/** Throws the system's errors. */
export function writeTextfile(configured: string, part: string, text: string): void {
  replaceFile(textfilePath(configured, part), text, MODE)
}

/**
 * Removes the files of processes that are dead for certain: their part of the journal is gone, or this process has adopted it. (Where a
 * part waits to be adopted, the file stays: it says what waits.) Throws the system's errors.
 *
 * @param journal directory of the journal
 * @param adopted paths of the parts that this process has adopted
 */
export function removeStaleTextfiles(configured: string, journal: string, adopted: readonly string[]): void {
  const { name: stem, ext } = parse(configured)
  const adoptedNames = adopted.map((part) => basename(part))
  for (const file of readdirSync(dirname(configured))) {
    const part = partOf(file, `${stem}.`, ext) ?? partOf(file, `${stem}.`, ext + UNFINISHED)
    if (part === undefined) continue
    if (adoptedNames.includes(part) || !existsSync(join(journal, part))) rmSync(join(dirname(configured), file), { force: true })
  }
}

function partOf(file: string, before: string, behind: string): string | undefined {
  if (!file.startsWith(before) || !file.endsWith(behind)) return undefined
  const part = file.slice(before.length, file.length - behind.length)
  return /^\d{4,}$/.test(part) ? part : undefined
}
