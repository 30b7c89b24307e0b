import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { openJournal } from '../../src/journal/index.ts'
import type { Delivery, Failed, Journal, JournalOptions } from '../../src/journal/index.ts'
import { crc32 } from '../../src/lib/crc32.ts'

/** A directory that is gone when the test is over. */
export function temporaryDirectory(test: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'naslog-journal-'))
  test.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** The value, where a failure would be a failure of the test. */
export function succeeded<T extends object>(value: T | Failed): T {
  if ('failed' in value) throw new Error(value.failed)
  return value
}

/** An open journal, closed at the end of the test unless the test does it. */
export function opened(options: Partial<JournalOptions> & { dir: string }): Journal {
  return succeeded(openJournal({ sync: 'never', ...options }))
}

/** Appends a line as the accept thread does; of a string each character is a byte. */
export function append(journal: Journal, line: string | Buffer, receivedAt: number, { occurrence = 0, deferred = false } = {}): ReturnType<Journal['append']> {
  const bytes = Buffer.from(line as string, 'latin1')
  return journal.append(bytes, crc32(bytes), receivedAt, occurrence, deferred)
}

/** All lines that a delivery has for a destination now, without committing. */
export function readAll(delivery: Delivery, destination: string): { lines: string[]; notices: string[] } {
  const lines: string[] = []
  const notices: string[] = []
  for (;;) {
    const batch = succeeded(delivery.read(destination, { maxRecords: 1000, maxBytes: 1_000_000 }))
    lines.push(...batch.records.map((record) => record.line))
    notices.push(...batch.notices)
    if (batch.records.length === 0) return { lines, notices }
  }
}

/** Reads and commits everything that is there for a destination, and gives the lines. */
export function deliverAll(delivery: Delivery, destination: string, maxRecords = 1000): string[] {
  const lines: string[] = []
  for (;;) {
    const batch = succeeded(delivery.read(destination, { maxRecords, maxBytes: 1_000_000 }))
    if (batch.records.length === 0) return lines
    lines.push(...batch.records.map((record) => record.line))
    delivery.commit(destination, batch.next)
  }
}

/** Writes a line to standard output before it returns; a player's is a socket that may be full for a moment. */
export function say(line: string): void {
  for (;;) {
    try {
      writeSync(1, `${line}\n`)
      return
    } catch (error) {
      if ((error as { code?: string }).code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}

/** A process that runs this test bundle again, with words on its command line that make it play a part. */
export class Player {
  readonly process: ChildProcess
  /** What it has written, line by line. */
  readonly lines: string[] = []
  readonly #closed: Promise<unknown>

  constructor(test: TestContext, bundle: string, words: readonly string[], wrapper: readonly string[] = []) {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const [command, ...parameters] = [...wrapper, process.execPath, bundle, ...words]
    this.process = spawn(command!, parameters, { env, stdio: ['pipe', 'pipe', 'inherit'] })
    this.process.stdin!.on('error', () => undefined)
    createInterface({ input: this.process.stdout! }).on('line', (line) => this.lines.push(line))
    this.#closed = once(this.process, 'close')
    test.after(() => this.kill())
  }

  /** Waits until it has written so many lines. */
  async hasWritten(count: number): Promise<void> {
    while (this.lines.length < count) {
      if (this.process.exitCode !== null || this.process.signalCode !== null) throw new Error(`the process left after ${this.lines.length} lines`)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  /** Says a line to it and gives its answer. */
  async ask(line: string): Promise<string> {
    const before = this.lines.length
    this.process.stdin!.write(`${line}\n`)
    await this.hasWritten(before + 1)
    return this.lines[before]!
  }

  /** SIGKILL, if it lives; afterwards everything that it wrote is in `lines`. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL')
    await this.#closed
  }

  /** Waits until it leaves by itself. */
  async left(): Promise<number | null> {
    await this.#closed
    return this.process.exitCode
  }
}
