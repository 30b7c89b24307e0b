import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { linesOf } from '../support/lines.ts'
import { arrivedIn, faultsOf, naslog, type Arrived, type Site } from '../support/omprog.ts'
import { freePort, rewriteDropIn, sendTcp, startRsyslogd, type Rsyslogd } from '../support/rsyslogd.ts'

/** The numbers below `count`. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number)
}

/** The command by which rsyslogd runs naslog for a site. */
export function commandFor({ config }: Site, args = ''): string {
  return `${naslog} omprog --config ${config}${args}`
}

/** Folder of rsyslogd beside a site. */
export function rsyslogFolder({ dir }: Site): string {
  const path = join(dir, 'rsyslog')
  mkdirSync(path, { recursive: true })
  return path
}

export interface ShippedOptions {
  /** File name of a drop-in. */
  readonly name: string
  /** Port that it listens on, and the one to take instead. */
  readonly listens?: number
  readonly port: number
  readonly command?: string
  /** Changes its text. */
  readonly change?: (text: string) => string
}

/** Starts rsyslogd with a shipped drop-in that runs naslog for a site. */
export async function startShipped(t: TestContext, site: Site, { name, listens = 514, port, command, change }: ShippedOptions): Promise<Rsyslogd> {
  const dir = rsyslogFolder(site)
  const text = readFileSync(`rsyslog/${name}`, 'utf8')
  const config = rewriteDropIn(text, { dir, binary: command ?? commandFor(site), ports: new Map([[listens, port]]) })
  const rsyslogd = await startRsyslogd({ config: change === undefined ? config : change(config), dir, readyPort: port })
  t.after(() => rsyslogd.stop('KILL'))
  return rsyslogd
}

export interface ActionOptions {
  /** Parameters of the action. */
  readonly action: string
  readonly command?: string
  readonly template?: string
}

/** A rsyslogd with an action of one's own. */
export interface Action {
  readonly rsyslogd: Rsyslogd
  readonly port: number
  /** What rsyslogd has reported itself, ends of its programs included. */
  reports(): string
  /** What its programs have written on stderr, if the parameters of the action say `capture`: lines of that file or, with a suffix, of one that was moved away. */
  captured(suffix?: string): string[]
}

/** Parameter of an action: the file in which rsyslogd keeps what its program writes on stderr. */
export function capture(site: Site): string {
  return `output="${join(rsyslogFolder(site), 'output')}"`
}

/** Starts rsyslogd with one omprog action of one's own behind imtcp; its messages are their numbers (`sendNumbers`). */
export async function startAction(t: TestContext, site: Site, { action, command, template = '%msg:2:$%\\n' }: ActionOptions): Promise<Action> {
  const port = await freePort()
  const dir = rsyslogFolder(site)
  const config = `
global(maxMessageSize="256k" processInternalMessages="on" reportChildProcessExits="all")
module(load="imtcp")
module(load="omprog")
template(name="out" type="string" string="${template}")
if $syslogtag startswith "rsyslogd" then action(type="omfile" file="${dir}/reports")
ruleset(name="r") { action(type="omprog" binary="${command ?? commandFor(site)}" template="out" ${action}) }
input(type="imtcp" address="127.0.0.1" port="${port}" ruleset="r")
`
  const rsyslogd = await startRsyslogd({ config, dir, readyPort: port })
  t.after(() => rsyslogd.stop('KILL'))
  return {
    rsyslogd,
    port,
    // While it stops, rsyslogd has no queue any more and reports on stderr.
    reports: () => [...linesOf(join(dir, 'reports')), rsyslogd.stderr()].join('\n'),
    captured: (suffix = '') => linesOf(join(dir, `output${suffix}`)),
  }
}

/** Sends `count` messages whose texts are the numbers from `first` on, each with some padding behind. */
export async function sendNumbers(port: number, count: number, first = 0, padding = ''): Promise<void> {
  await sendTcp(port, upTo(count).map((number) => `<30>Jun  9 10:20:15 host tag: ${first + number}${padding}`))
}

/** The numbers of the messages that have arrived, in order. */
export function numbersIn(...files: readonly string[]): number[] {
  return files.flatMap(linesOf).map((line) => Number.parseInt((JSON.parse(line) as { message: string }).message, 10))
}

/** Waits until the numbers from `first` on have arrived at a site, `count` of them. */
export async function arrivalOfNumbers(site: Site, count: number, first = 0): Promise<void> {
  let missing: number[] = []
  await until(
    () => `the arrival of ${missing.length} of ${count} messages, ${missing.slice(0, 5).join(' ')} ...`,
    () => {
      const there = new Set(numbersIn(site.events))
      missing = upTo(count).map((number) => first + number).filter((number) => !there.has(number))
      return missing.length === 0
    },
  )
}

/** Waits until a condition holds; throws when it does not in time. */
export async function until(what: string | (() => string), condition: () => boolean, patience = 20_000): Promise<void> {
  for (const deadline = Date.now() + patience; !condition(); await sleep(30)) {
    assert.ok(Date.now() < deadline, `${typeof what === 'string' ? what : what()}: not within ${patience} ms`)
  }
}

/** Makes the destination of a site fail, as something stands in its place; what was there is in `before`. */
export function holdDestination({ events }: Site): { readonly before: string; release(): void } {
  const before = `${events}.before`
  if (existsSync(events)) renameSync(events, before)
  mkdirSync(events)
  return { before, release: () => rmdirSync(events) }
}

/** True while a process runs; one that has ended and that nobody has asked after does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** SIGSTOP, and waits until every thread stands still: on a busy machine the one that is to hear the signal may get its turn late. */
export async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP')
  const threads = `/proc/${pid}/task`
  const stands = (thread: string): boolean => {
    try {
      return /\) T /.test(readFileSync(`${threads}/${thread}/stat`, 'latin1'))
    } catch {
      return false // It has ended since it was listed: look again.
    }
  }
  await until('standing still', () => readdirSync(threads).every(stands))
}

const witness = resolve('test/omprog/witness.mjs')

/** The command by which rsyslogd runs naslog with a witness between, who makes the first so many commits fail; and what was said. */
export function witnessed(site: Site, failedCommits = 0): { readonly command: string; said(): string } {
  const file = join(site.dir, 'conversation')
  return { command: `${witness} ${file} ${failedCommits} ${commandFor(site)}`, said: () => linesOf(file).join('\n') + '\n' }
}

/** Waits until the records of all these messages are there, or for so many ms, or until nothing has come for longer than rsyslogd waits to start a program again. */
export async function arrivalOf(site: Site, numbers: readonly number[], patience = 30_000): Promise<Arrived> {
  let count = -1
  let changed = Date.now()
  for (const deadline = Date.now() + patience; ; await sleep(50)) {
    const arrived = arrivedIn(site.events)
    if (arrived.lines !== count) changed = Date.now()
    count = arrived.lines
    if (numbers.every((number) => arrived.ids.has(number)) || Date.now() > deadline || Date.now() - changed > 12_000) return arrived
  }
}

/** As `faultsOf`, and each message must have come exactly once. */
export function faultsOfOnce(arrived: Arrived, numbers: readonly number[]): string[] {
  const faults = faultsOf(arrived, numbers)
  if (arrived.lines !== numbers.length) faults.push(`${arrived.lines} records of ${numbers.length} messages`)
  return faults
}

/** Process ids of the children of a process. */
export function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
  return stdout.split('\n').map(Number).filter((child) => child > 0)
}
