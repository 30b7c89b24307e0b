import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread, workerData } from 'node:worker_threads'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { run } from '../../src/cli.ts'
import type { Io } from '../../src/io.ts'
import { runThread, type ThreadData } from '../../src/threads.ts'
import { line, temporaryDirectory, write } from './support.ts'

// A replay is killed again and again, and resumed with its checkpoint: nothing is missing, and what comes twice has the same id.

const [, bundle, part, ...words] = process.argv
if (!isMainThread) void runThread(workerData as ThreadData)
else if (part === 'replay') void replayAsProcess(words)
else defineTests()

async function replayAsProcess(argv: string[]): Promise<void> {
  const io: Io = {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: {},
    argv: ['replay', ...argv],
    isTTY: false,
    localZone: 'UTC',
    stdinChanged: undefined,
    stop: new AbortController().signal,
    now: Date.now,
    service: { executable: bundle as string, onHangup: () => undefined, leave: () => undefined },
  }
  process.exitCode = await run(io)
}

const FILES = 6
const LINES = 6000
const START = Date.UTC(2026, 9, 1)
/** Every tenth line is one that stands there several times, some of them far apart. */
const textOf = (file: number, number: number): string => (number % 10 === 3 ? `file ${file} again ${number % 30}` : `file ${file} number ${number}`)

function defineTests(): void {
  for (const jobs of ['1', '2']) {
    for (const output of ['stdout', 'destination'] as const) {
      test(`kill -9 and resume: --jobs ${jobs}, ${output}`, async (context) => {
        const folder = temporaryDirectory(context)
        const logs = join(folder, 'logs')
        mkdirSync(logs)
        for (let file = 0; file < FILES; file++) {
          let text = ''
          for (let number = 0; number < LINES; number++) text += line(START + (number % 10 === 3 ? 0 : number * 1000), textOf(file, number))
          write(join(logs, `nas${file}.log${file % 2 === 0 ? '.gz' : ''}`), text)
        }
        const out = join(folder, 'out.json')
        const config = write(join(folder, 'naslog.yaml'), `destinations:\n  - name: archive\n    type: file\n    path: ${out}\n`)
        const fields = ['--format', 'flat', '--fields', 'message,event.id', '--timezone', 'UTC']
        const to = output === 'stdout' ? [] : ['--config', config, '--to', 'archive']

        /** The exit code, or null if it was killed. */
        const attempt = async (killAfter: number | undefined, checkpoint: string, target: string): Promise<number | null> => {
          const { NODE_TEST_CONTEXT: _, ...env } = process.env
          const argv = [bundle as string, 'replay', '--quiet', '--jobs', jobs, '--checkpoint', checkpoint, ...fields, ...to, logs]
          const stream = createWriteStream(target, { flags: 'a' })
          await once(stream, 'open')
          const child = spawn(process.execPath, argv, { env, stdio: ['ignore', output === 'stdout' ? stream : 'ignore', 'inherit'] })
          const exited = once(child, 'exit') as Promise<[number | null]>
          if (killAfter !== undefined) {
            await Promise.race([exited, sleep(killAfter)])
            child.kill('SIGKILL')
          }
          const [code] = await exited
          stream.close()
          return code
        }
        let kills = 0
        let code: number | null = null
        for (let round = 0; code === null && round < 40; round++) {
          code = await attempt(round < 6 ? 150 + ((round * 97) % 400) : undefined, join(folder, 'checkpoint'), out)
          if (code === null) kills++
        }
        assert.equal(code, 0)
        assert.ok(kills > 0)

        const records = readFileSync(out, 'utf8').trimEnd().split('\n').filter((record) => !isTorn(record)).map((record) => JSON.parse(record))
        const seen = new Map<string, Set<string>>()
        for (const record of records) {
          const ids = seen.get(record.message) ?? new Set<string>()
          seen.set(record.message, ids.add(record['event.id']))
        }
        for (let file = 0; file < FILES; file++) {
          const expected = new Map<string, number>()
          for (let number = 0; number < LINES; number++) expected.set(textOf(file, number), (expected.get(textOf(file, number)) ?? 0) + 1)
          for (const [text, times] of expected) assert.equal(seen.get(text)?.size, times, text)
        }
        // What was on its way at a kill is repeated: two batches for each thread at most.
        assert.ok(records.length - FILES * LINES <= kills * 2000 * Number(jobs), `${records.length - FILES * LINES} repeated`)
      })
    }
  }
}

/** Half a record that a destination had begun at the kill. */
function isTorn(record: string): boolean {
  return !record.endsWith('}')
}
