import { Readable, Writable } from 'node:stream'
import type { Io } from '../../src/io.ts'

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs something with an Io of memory. The clock stands at 20 November 2026, 10:00 UTC; the machine is in Rome. */
export async function withIo(
  run: (io: Io) => Promise<number>,
  { argv = [], stdin = '', env = {}, isTTY = false }: { argv?: string[]; stdin?: string; env?: Record<string, string>; isTTY?: boolean },
): Promise<Outcome> {
  const out = collector()
  const err = collector()
  const code = await run({
    stdin: Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]),
    stdout: out.stream,
    stderr: err.stream,
    env,
    argv,
    isTTY,
    localZone: 'Europe/Rome',
    stdinChanged: undefined,
    stop: new AbortController().signal,
    now: () => Date.UTC(2026, 10, 20, 10),
    service: { executable: 'dist/naslog', onHangup: () => undefined, leave: () => undefined },
  })
  return { code, stdout: out.text(), stderr: err.text() }
}

function collector(): { stream: Writable; text: () => string } {
  const chunks: Buffer[] = []
  const stream = new Writable({
    decodeStrings: true,
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk)) // a writer may use its buffer again
      done()
    },
  })
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') }
}
