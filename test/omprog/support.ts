import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { arrivedIn, faultsOf, naslog, type Arrived, type Site } from '../support/omprog.ts'
import { freePort, rewriteDropIn, startRsyslogd, type Rsyslogd } from '../support/rsyslogd.ts'

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

/** Starts rsyslogd with one omprog action of one's own behind imtcp; gives the port, too. */
export async function startAction(t: TestContext, site: Site, { action, command, template = '%msg:2:$%\\n' }: ActionOptions): Promise<{ rsyslogd: Rsyslogd; port: number }> {
  const port = await freePort()
  const binary = (command ?? commandFor(site)).replaceAll('"', '\\"')
  const config = `
global(maxMessageSize="256k")
module(load="imtcp")
module(load="omprog")
template(name="out" type="string" string="${template}")
ruleset(name="r") { action(type="omprog" binary="${binary}" template="out" ${action}) }
input(type="imtcp" address="127.0.0.1" port="${port}" ruleset="r")
`
  const rsyslogd = await startRsyslogd({ config, dir: rsyslogFolder(site), readyPort: port })
  t.after(() => rsyslogd.stop('KILL'))
  return { rsyslogd, port }
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
