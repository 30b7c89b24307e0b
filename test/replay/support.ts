import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { run } from '../../src/cli.ts'
import { withIo, type Outcome } from '../cli/fake-io.ts'

/** A directory that is gone when the test is over. */
export function temporaryDirectory(test: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'naslog-replay-'))
  test.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Writes a file, compressed as its name says, last changed at a time. */
export function write(path: string, content: string | Buffer, changed?: number): string {
  mkdirSync(dirname(path), { recursive: true })
  if (path.endsWith('.gz')) writeFileSync(path, gzipSync(content))
  else if (path.endsWith('.xz')) writeFileSync(path, execFileSync('xz', ['-c'], { input: content }))
  else if (path.endsWith('.zst')) writeFileSync(path, execFileSync('zstd', ['-qc'], { input: content }))
  else writeFileSync(path, content)
  if (changed !== undefined) utimesSync(path, changed / 1000, changed / 1000)
  return path
}

/** True if the system has the program. */
export function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export interface ReplayResult extends Outcome {
  readonly records: Record<string, any>[]
  readonly messages: string[]
  readonly ids: string[]
}

/** `naslog replay` in this process; the records flat. */
export async function replay(argv: string[], options: { stdin?: string; executable?: string } = {}): Promise<ReplayResult> {
  const { stdin = '', executable = 'none' } = options
  const outcome = await withIo(
    (io) => run({ ...io, service: { ...io.service, executable } }),
    { argv: ['replay', '--format', 'flat', '--timezone', 'UTC', ...argv], stdin },
  )
  return { ...outcome, ...read(outcome.stdout) }
}

/** The records of an output. */
export function read(stdout: string): Pick<ReplayResult, 'records' | 'messages' | 'ids'> {
  const records = stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, any>)
  return { records, messages: records.map((record) => String(record['message'])), ids: records.map((record) => String(record['event.id'])) }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `Dec 31 23:59:59` of a time, in UTC. */
export function stamp(ms: number): string {
  const date = new Date(ms)
  return `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${date.toISOString().slice(11, 19)}`
}

/** A line with a time without year. */
export function line(ms: number, text: string): string {
  return `<30>${stamp(ms)} nas app[1]: ${text}\n`
}
