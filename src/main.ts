import { fstatSync } from 'node:fs'
import { run } from './cli.ts'
import { exitCodes } from './exit-codes.ts'
import type { Io } from './io.ts'
import { printableText } from './lib/printable.ts'

// The only file that names `process`: from here on the world is an Io.

const stop = new AbortController()

const io: Io = {
  get stdin() {
    return process.stdin
  },
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  argv: process.argv.slice(2),
  isTTY: process.stdout.isTTY === true,
  get localZone() {
    return Intl.DateTimeFormat().resolvedOptions().timeZone
  },
  get stdinChanged() {
    return changeOfStdin()
  },
  stop: stop.signal,
  now: Date.now,
}

function changeOfStdin(): number | undefined {
  try {
    const stat = fstatSync(0)
    return stat.isFile() ? stat.mtimeMs : undefined
  } catch {
    return undefined // a closed standard input has no time
  }
}

// A stop ends the input; what was read of it is still written. The second signal of a kind kills as it always does.
let interrupted = false
process.once('SIGTERM', endInput)
process.once('SIGINT', () => {
  interrupted = true
  endInput()
})

function endInput(): void {
  stop.abort()
  process.stdin.destroy()
}

let finished = false

/** Decides the exit code, once. Never process.exit(): what was written must still reach its reader. */
function finish(code: number): void {
  if (finished) return
  finished = true
  process.exitCode = code
  // A shell's loop stops at Ctrl-C only if its program died of it.
  if (interrupted) process.kill(process.pid, 'SIGINT')
}

function fail(error: unknown): void {
  const { code, message, stack } = error as NodeJS.ErrnoException
  // A reader that has gone (`| head`) is no failure, nor is an input that we ended ourselves.
  if (code === 'EPIPE' || (stop.signal.aborted && code === 'ERR_STREAM_PREMATURE_CLOSE')) return finish(exitCodes.ok.code)
  if (finished) return
  // An error of the system has a code and a message for people; anything else is our own bug and shows where.
  const text = code === undefined ? (stack ?? String(error)) : message
  process.stderr.write(`naslog: ${text.split('\n').map(printableText).join('\n')}\n`)
  finish(exitCodes.failed.code)
}

process.stdout.on('error', (error) => {
  fail(error)
  endInput()
})
process.stderr.on('error', () => undefined) // nobody is left to tell

run(io).then(finish, fail)
