import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, mkdtempSync, openSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { readGrowing } from './lines.ts'

/** The program under test: the built one, or that of the environment. */
export const naslog = resolve(process.env['NASLOG'] ?? 'dist/naslog')

/** How long an answer or an end may take before a test gives up, in ms. */
const PATIENCE = 30_000

/** A folder with a configuration, a journal and a destination of its own. */
export interface Site {
  readonly dir: string
  readonly config: string
  readonly journal: string
  /** File of the destination. */
  readonly events: string
}

export interface SiteSettings {
  readonly journal?: object
  readonly omprog?: object
  readonly destination?: object
  /** Further keys of the configuration file. */
  readonly more?: object
  /** Where the folder is made; it must exist. */
  readonly root?: string
}

/** Makes a site that is gone after the test. JSON is YAML. */
export function makeSite(t: TestContext, settings: SiteSettings = {}): Site {
  const dir = mkdtempSync(join(settings.root ?? tmpdir(), 'naslog-omprog-'))
  t.after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }))
  const site = { dir, config: join(dir, 'naslog.yaml'), journal: join(dir, 'journal'), events: join(dir, 'events.jsonl') }
  configure(site, settings)
  return site
}

/** Writes the configuration of a site anew. */
export function configure(site: Site, { journal, omprog, destination, more }: SiteSettings): void {
  const content = {
    journal: { directory: site.journal, ...journal },
    omprog: { stop_after: '20s', ...omprog },
    destinations: [{ name: 'events', type: 'file', path: site.events, linger: '20ms', ...destination }],
    dead_letters: join(site.dir, 'dead-letters.jsonl'),
    timezone: { default: 'UTC' },
    ...more,
  }
  writeFileSync(site.config, JSON.stringify(content, null, 2))
}

/** A message as the shipped template writes it, without its line feed; the number comes back in `user.name`. */
export function lineOf(number: number, padding = ''): string {
  const rcv = new Date(Date.UTC(2026, 5, 9, 10, 20, 15) + number).toISOString().replace('Z', '123+00:00')
  return `{"rcv":"${rcv}","ip":"192.0.2.1","host":"NAS","pri":"30","raw":"${rawOf(number, padding)}"}`
}

/** The same as a sender sends it to rsyslog. */
export function rawOf(number: number, padding = ''): string {
  return `<30>Jun  9 10:20:15 NAS qulogd[29981]: conn log: Users: m${number}, Source IP: 192.0.2.7, Computer name: PC${padding}, Connection type: SAMBA, Accessed resources: share, Action: Read`
}

/** What arrived at a destination. */
export interface Arrived {
  /** The ids under which each numbered message arrived, in order of the file. */
  readonly ids: ReadonlyMap<number, readonly string[]>
  /** Lines that are no JSON. */
  readonly broken: readonly string[]
  readonly lines: number
}

/** Reads the records of some files; one that is not there is empty. A last line without line feed counts, as broken if it is no JSON. */
export function arrivedIn(...files: readonly string[]): Arrived {
  const ids = new Map<number, string[]>()
  const broken: string[] = []
  let lines = 0
  for (const line of files.flatMap(recordsIn)) {
    lines++
    const record = parse(line)
    if (record === undefined) {
      broken.push(line)
      continue
    }
    const number = Number(record.user?.name?.slice(1))
    const known = ids.get(number)
    if (known === undefined) ids.set(number, [record.event.id])
    else known.push(record.event.id)
  }
  return { ids, broken, lines }
}

function recordsIn(file: string): string[] {
  const { lines, rest } = readGrowing(file)
  return rest === '' ? lines : [...lines, rest]
}

interface Arrival {
  readonly event: { readonly id: string }
  readonly user?: { readonly name?: string }
}

function parse(line: string): Arrival | undefined {
  try {
    return JSON.parse(line) as Arrival
  } catch {
    return undefined
  }
}

/** What must hold for the messages that were acknowledged: all there, whole, and a repeat has the id of its first. Faults, one a line. */
export function faultsOf({ ids, broken }: Arrived, acknowledged: Iterable<number>): string[] {
  const faults = broken.map((line) => `no JSON: ${line.slice(0, 200)}`)
  for (const number of acknowledged) if (!ids.has(number)) faults.push(`m${number} was acknowledged, and is not there`)
  const owners = new Map<string, number>()
  for (const [number, all] of ids) {
    if (new Set(all).size > 1) faults.push(`m${number} has several ids: ${all.join(' ')}`)
    const owner = owners.get(all[0]!)
    if (owner !== undefined) faults.push(`m${number} and m${owner} have the same id`)
    owners.set(all[0]!, number)
  }
  return faults.slice(0, 20)
}

/** How many records arrived more than once, counted without the first of each. */
export function repeatsOf({ ids }: Arrived): number {
  let repeats = 0
  for (const all of ids.values()) repeats += all.length - 1
  return repeats
}

export interface StartOptions {
  /** Arguments behind `omprog --config FILE`. */
  readonly args?: readonly string[]
  /** Command in front of naslog. */
  readonly wrapper?: readonly string[]
  readonly mode?: 'omprog' | 'mmexternal'
}

/** The end of a process. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** `naslog omprog` as rsyslog's omprog runs it: blocking pipes (a child of Node would have sockets), one message in flight. */
export class Omprog {
  readonly exited: Promise<Exit>
  /** Everything that it wrote on standard output. */
  said = ''
  stderr = ''
  readonly #child: ChildProcess
  readonly #input: Socket
  readonly #answers: Socket
  #read = 0
  #closed = false
  #wake: () => void = () => {}

  constructor(t: Pick<TestContext, 'after'>, site: Site, { args = [], wrapper = [], mode = 'omprog' }: StartOptions = {}) {
    const input = makePipe(site.dir, 'in')
    const output = makePipe(site.dir, 'out')
    const [command, ...rest] = [...wrapper, naslog, mode, '--config', site.config, ...args]
    this.#child = spawn(command!, rest, { stdio: [input.reader, output.writer, 'pipe'], cwd: '/' })
    closeSync(input.reader)
    closeSync(output.writer)
    this.#input = new Socket({ fd: input.writer, readable: false, writable: true }).on('error', () => undefined)
    const answers = new Socket({ fd: output.reader, readable: true, writable: false }).on('error', () => undefined)
    this.#answers = answers
    answers.setEncoding('latin1')
    answers.on('data', (text: string) => {
      this.said += text
      this.#wake()
    })
    answers.once('close', () => {
      this.#closed = true
      this.#wake()
    })
    this.#child.stderr!.setEncoding('latin1').on('data', (text: string) => (this.stderr += text))
    this.exited = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }) as Exit)
    t.after(async () => {
      this.kill()
      this.#input.destroy()
      await this.exited
    })
  }

  get pid(): number {
    return this.#child.pid!
  }

  write(text: string | Buffer): void {
    this.#input.write(text as string, 'latin1')
  }

  /** Settles when everything written is in the pipe. */
  async flushed(): Promise<void> {
    while (this.#input.writableLength > 0) await once(this.#input, 'drain')
  }

  /** The next answer, without its line feed, dots and all; `undefined` if the program has gone. */
  async answer(): Promise<string | undefined> {
    return this.#await(() => {
      const end = this.said.indexOf('\n', this.#read)
      if (end < 0) return undefined
      const answer = this.said.slice(this.#read, end)
      this.#read = end + 1
      return answer
    })
  }

  /** Settles when something stands behind the last answer, a dot for instance. */
  async beginning(): Promise<string | undefined> {
    return this.#await(() => (this.said.length > this.#read ? this.said.slice(this.#read) : undefined))
  }

  /** Writes a line and gives its answer. */
  async ask(line: string): Promise<string | undefined> {
    this.write(line + '\n')
    return this.answer()
  }

  /** True if it is ready. */
  async ready(): Promise<boolean> {
    return (await this.answer()) === 'OK'
  }

  /** Closes its standard input and waits for its end. */
  async end(): Promise<Exit> {
    this.closeInput()
    return this.ended()
  }

  closeInput(): void {
    this.#input.end()
  }

  async ended(patience = PATIENCE): Promise<Exit> {
    const exit = await Promise.race([this.exited, sleep(patience, undefined, { ref: false })])
    if (exit === undefined) throw new Error(`no end within ${patience} ms; stderr: ${this.stderr}`)
    return exit
  }

  /** Closes our end of its standard output. */
  stopReading(): void {
    this.#answers.destroy()
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  async #await<T>(look: () => T | undefined): Promise<T | undefined> {
    const deadline = Date.now() + PATIENCE
    for (;;) {
      const found = look()
      if (found !== undefined || this.#closed) return found
      if (Date.now() > deadline) throw new Error(`no answer within ${PATIENCE} ms; said: ${this.said.slice(-200)} stderr: ${this.stderr}`)
      const timer = setTimeout(() => this.#wake(), PATIENCE)
      await new Promise<void>((resolve) => (this.#wake = resolve))
      clearTimeout(timer)
    }
  }
}

let pipes = 0

/** Both ends of a pipe, blocking and each with a description of its own. */
function makePipe(dir: string, name: string): { reader: number; writer: number } {
  const path = join(dir, `${name}-${process.pid}-${pipes++}`)
  if (spawnSync('mkfifo', [path]).status !== 0) throw new Error(`mkfifo ${path} failed`)
  const both = openSync(path, constants.O_RDWR)
  const reader = openSync(path, constants.O_RDONLY)
  const writer = openSync(path, constants.O_WRONLY)
  closeSync(both)
  unlinkSync(path)
  return { reader, writer }
}

/** rsyslog's side of the conversation over any number of lives of the program: what is not acknowledged is sent again. */
export class Sender {
  readonly acknowledged = new Set<number>()
  /** Number of the message that is sent next. */
  next = 0
  readonly #padding: (number: number) => string

  constructor(padding: (number: number) => string = () => '') {
    this.#padding = padding
  }

  /** The line of the message that is sent next. */
  get line(): string {
    return lineOf(this.next, this.#padding(this.next))
  }

  /** Sends so many messages, or until the program has gone. */
  async send(program: Omprog, count = Infinity): Promise<void> {
    for (let sent = 0; sent < count; sent++) {
      const answer = await program.ask(this.line)
      if (answer === undefined) return
      if (this.take(answer)) continue
      throw new Error(`unexpected answer ${JSON.stringify(answer)}`)
    }
  }

  /** Notes the answer to the message that was sent last. */
  take(answer: string): boolean {
    if (!/^\.*OK$/.test(answer)) return false
    this.acknowledged.add(this.next++)
    return true
  }
}
