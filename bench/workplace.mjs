// Where a benchmark works: a folder and processes that are gone when it ends, also by Ctrl-C or SIGTERM.
import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folders = []
const children = new Set()
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
  // A process that was killed may still be writing its last file.
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))

/** A folder on the disk, or in memory where the machine has such, so that no disk is measured. */
export function makeFolder(where = 'disk') {
  const folder = mkdtempSync(join(where === 'memory' && existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'naslog-bench-'))
  folders.push(folder)
  return folder
}

/** Ends a child with the benchmark, if it has not ended by then. */
export function watchChild(child) {
  children.add(child)
  child.once('close', () => children.delete(child))
  return child
}

/** Writes lines of generate.mjs into a file. */
export function generate(kind, lines, file) {
  const output = openSync(file, 'w')
  const { status } = spawnSync(process.execPath, ['bench/generate.mjs', kind, String(lines)], { stdio: ['ignore', output, 'inherit'] })
  closeSync(output)
  if (status !== 0) throw new Error(`bench/generate.mjs ${kind} ${lines}: exit code ${status}`)
}
