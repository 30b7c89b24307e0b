import { createWriteStream, fstatSync, type Stats } from 'node:fs'
import type { Writable } from 'node:stream'
import { isMainThread, workerData } from 'node:worker_threads'
import { run } from './cli.ts'
import { exitCodes } from './exit-codes.ts'
import type { Io } from './io.ts'
import { openPipe, type ByteInput } from './lib/byte-input.ts'
import { localZone } from './lib/local-zone.ts'
import { printableText } from './lib/printable.ts'
import type { ThreadData } from './threads.ts'

// The only file that names `process`: from here on the world is an Io.

const stop = new AbortController()
/** The signal that asked us to stop. */
let stoppedBy: NodeJS.Signals | undefined
let finished = false

// Touched only when used: libuv makes a descriptor non-blocking, and omprog's accept thread wants to block on both.
let input: ByteInput | undefined
let output: Writable | undefined

const io: Io = {
  get stdin() {
    return (input ??= openInput())
  },
  get stdout() {
    return (output ??= openOutput().on('error', (error) => {
      fail(error)
      endInput()
    }))
  },
  stderr: process.stderr,
  env: process.env,
  argv: process.argv.slice(2),
  get isTTY() {
    return process.stdout.isTTY === true
  },
  get localZone() {
    return localZone(process.env['TZ'])
  },
  get stdinChanged() {
    return changeOfStdin()
  },
  stop: stop.signal,
  now: Date.now,
  service: {
    executable: __filename,
    onHangup(callback) {
      for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) process.on(signal, callback)
      if (isTerminal(0)) return
      // rsyslogd ignores SIGINT in its children, and Node undoes that: Ctrl-C of a rsyslogd in the foreground must not end us before EOF.
      process.removeAllListeners('SIGINT').on('SIGINT', callback)
    },
    leave() {
      process.kill(process.pid, stoppedBy ?? 'SIGTERM')
    },
  },
}

function openInput(): ByteInput {
  const stat = fstatSync(0)
  // To Node a directory is an empty input: nobody would hear that nothing was read.
  if (stat.isDirectory()) throw Object.assign(new Error('standard input is a directory; for its files: naslog replay DIRECTORY'), { code: 'EISDIR' })
  return stat.isFIFO() ? openPipe(0) : process.stdin
}

/** Node writes to a file at once; as a stream of its own, a thread of libuv writes while the next records are made. */
function openOutput(): Writable {
  return statOf(1)?.isFile() === true ? createWriteStream('', { fd: 1, autoClose: false }) : process.stdout
}

function changeOfStdin(): number | undefined {
  const stat = statOf(0)
  return stat?.isFile() === true ? stat.mtimeMs : undefined
}

function isTerminal(descriptor: number): boolean {
  return statOf(descriptor)?.isCharacterDevice() === true
}

/** What a descriptor is; `undefined` for a closed one. */
function statOf(descriptor: number): Stats | undefined {
  try {
    return fstatSync(descriptor)
  } catch {
    return undefined
  }
}

function endInput(): void {
  stop.abort()
  input?.destroy()
}

/** Decides the exit code, once. Never process.exit(): what was written must still reach its reader. */
function finish(code: number): void {
  if (finished) return
  finished = true
  process.exitCode = code
  // A shell's loop stops at Ctrl-C only if its program died of it.
  if (stoppedBy === 'SIGINT') process.kill(process.pid, 'SIGINT')
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

function main(): void {
  // A stop ends the input; what was read of it is still written. The second signal of a kind kills as it always does.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      stoppedBy ??= signal
      endInput()
    })
  }
  process.stderr.on('error', () => undefined) // nobody is left to tell
  run(io).then(finish, fail)
}

if (isMainThread) main()
else void import('./threads.ts').then(({ runThread }) => runThread(workerData as ThreadData))
