import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { rsyslogFolder, startShipped, until as waitUntil } from '../omprog/support.ts'
import { linesOf } from '../support/lines.ts'
import { makeSite, rawOf, type Site } from '../support/omprog.ts'
import { freePort, sendTcp, type Rsyslogd } from '../support/rsyslogd.ts'
import { DATADOG, ECS, FileLedger, Identities, Ledger, numbersIn, OTLP } from './ledger.ts'
import { datadogPeer, elasticsearchPeer, httpPeer, otlpPeer, splunkPeer, type Peer } from './peers.ts'
import { startStub, type StubReply, type StubRequest, type StubServer } from './stub.ts'

/**
 * rsyslogd (imtcp) with a shipped drop-in → naslog omprog → journal → stubs of servers that fail, and a file that does not. Every
 * message has a number, which comes back in `user.name`.
 */

/** How much longer than by default: `E2E_SCALE=15` keeps a destination down for 2.5 minutes, with 1500 messages a second. */
export const scale = Number(process.env['E2E_SCALE'] ?? 1)

/** For node:test: the longest that a test may take, in ms. */
export const timeout = 90_000 + 60_000 * scale

const kinds = {
  elasticsearch: { settings: { type: 'elasticsearch' }, peer: elasticsearchPeer, form: ECS },
  splunk: { settings: { type: 'splunk' }, peer: splunkPeer, form: ECS },
  datadog: { settings: { type: 'datadog' }, peer: datadogPeer, form: DATADOG },
  otlp: { settings: { type: 'otlp' }, peer: otlpPeer, form: OTLP },
  http: { settings: { type: 'http' }, peer: () => httpPeer('ndjson'), form: ECS },
} as const

export type Kind = keyof typeof kinds
export const allKinds = Object.keys(kinds) as Kind[]

/** A destination that fails, its server's stub, and what the stub has taken. */
export interface Target {
  readonly kind: Kind
  readonly peer: Peer
  readonly ledger: Ledger
  /** File with the key. */
  readonly key: string
  /** Which messages the server never takes. */
  poisoned: (number: number) => boolean
  /** Lets the real server's stub answer, and notes what it took. */
  serve(request: StubRequest): StubReply
  /** Opens the port; until then connections are refused. */
  up(answer?: StubServer['answer']): Promise<StubServer>
}

async function makeTarget(t: TestContext, kind: Kind, dir: string, identities: Identities): Promise<Target & { readonly configuration: object }> {
  const port = await freePort()
  const peer: Peer = kinds[kind].peer()
  const key = join(dir, `${kind}.key`)
  writeFileSync(key, peer.key)
  let stub: StubServer | undefined
  const target: Target = {
    kind, peer, key, ledger: new Ledger(), poisoned: () => false,
    serve(request) {
      const numbers = new Map(numbersIn(request.body, kinds[kind].form))
      for (const [id, number] of numbers) if (target.poisoned(number)) peer.poisoned.add(id)
      const reply = peer.answer(request)
      for (const id of peer.taken.splice(0)) {
        const number = numbers.get(id)
        assert.ok(number !== undefined, `a record without a number: ${id}`)
        identities.note(number, id)
        target.ledger.take(number)
      }
      // A long run would not fit in memory.
      stub?.requests.splice(0)
      return reply
    },
    async up(answer = target.serve) {
      return (stub = await startStub(t, answer, port))
    },
  }
  const { settings } = kinds[kind]
  return Object.assign(target, { configuration: { name: kind, ...settings, url: `http://127.0.0.1:${port}`, token_file: key, linger: '20ms' } })
}

export interface World {
  readonly site: Site
  readonly identities: Identities
  readonly targets: readonly Target[]
  /** The destination that never fails. */
  readonly file: FileLedger
  readonly rsyslogd: Rsyslogd
  /** Where rsyslogd listens. */
  readonly port: number
  /** Starts rsyslogd again. */
  restart(): Promise<Rsyslogd>
}

export interface WorldOptions {
  /** Keys of the destinations that fail. */
  readonly more?: object
  /** The command that rsyslogd runs for a site. */
  readonly command?: (site: Site) => string
}

/** A site that delivers to a file and to stubs that are not up yet, and its rsyslogd. */
export async function makeWorld(t: TestContext, of: readonly Kind[], { more = {}, command }: WorldOptions = {}): Promise<World> {
  // Hooks run in the order of their registration: nothing may write into the site when its folder goes.
  const started: Rsyslogd[] = []
  let ended = false
  t.after(async () => {
    ended = true
    for (const rsyslogd of started) await rsyslogd.stop('KILL')
    await endPrograms(site)
  })
  const site = makeSite(t)
  const identities = new Identities()
  const targets = await Promise.all(of.map((kind) => makeTarget(t, kind, site.dir, identities)))
  const configuration = JSON.parse(readFileSync(site.config, 'utf8')) as { destinations: object[] }
  configuration.destinations.push(...targets.map((target) => ({ ...target.configuration, ...more })))
  writeFileSync(site.config, JSON.stringify(configuration))
  writeFileSync(site.events, '')
  const port = await freePort()
  const restart = async (): Promise<Rsyslogd> => {
    assert.ok(!ended, 'the test is over')
    const rsyslogd = await startShipped(t, site, { name: 'qnap.conf', port, ...(command && { command: command(site) }) })
    started.push(rsyslogd)
    return rsyslogd
  }
  return { site, identities, targets, file: new FileLedger(site.events, identities), rsyslogd: await restart(), port, restart }
}

/** Ends every naslog of a site: one whose rsyslogd was killed goes on delivering for a while. */
async function endPrograms({ config }: Site): Promise<void> {
  const running = (): number[] => {
    const { stdout } = spawnSync('ps', ['-eo', 'pid=,args='], { encoding: 'latin1' })
    return stdout.split('\n').filter((line) => line.includes(config)).map((line) => Number.parseInt(line, 10))
  }
  for (let pids = running(); pids.length > 0; pids = running()) {
    for (const pid of pids) spawnSync('kill', ['-9', String(pid)])
    await sleep(20)
  }
}

/** Sends numbered messages, so many a second, until it is told to end. */
export interface Load {
  readonly sent: number
  /** Stops; gives how many there were. Rejects with what was in the way. */
  end(): Promise<number>
}

/** Pause between two batches, in ms. */
const TICK = 50

/** Starts to send until the end of the test at the latest. */
export function startLoad(t: TestContext, { port }: World, rate: number): Load {
  const stop = new AbortController()
  t.after(() => stop.abort())
  const load = {
    sent: 0,
    async end() {
      stop.abort()
      await running
      return load.sent
    },
  }
  const running = (async () => {
    const started = performance.now()
    while (!stop.signal.aborted) {
      const due = Math.round(((performance.now() - started) / 1000) * rate)
      const batch = Array.from({ length: Math.min(due - load.sent, rate) }, (_, index) => rawOf(load.sent + index))
      if (batch.length > 0) await sendTcp(port, batch)
      load.sent += batch.length
      await sleep(TICK)
    }
  })()
  // Whoever ends the load hears of it.
  running.catch(() => undefined)
  return load
}

/** Waits until something holds; says what it was if it does not come to hold within so many ms. */
export function until(what: string, holds: () => boolean, patience = 30_000 + 10_000 * scale): Promise<void> {
  return waitUntil(what, holds, patience)
}

/** Waits until so many different messages have come to the file and to each target, which lacks the poisoned ones. */
export async function untilDelivered({ file, targets, site }: World, count: number): Promise<void> {
  const expected = targets.map(({ poisoned }) => numbersBelow(count).filter((number) => !poisoned(number)).length)
  try {
    await until(`${count} messages at every destination`, () => {
      return file.readOn().seen.size >= count && targets.every(({ ledger }, index) => ledger.seen.size >= expected[index]!)
    })
  } catch (error) {
    const figures = [file, ...targets.map(({ ledger }) => ledger)].map((ledger) => ledger.figures)
    console.error([...figures, ...reportsOf(site).slice(-20)].join('\n'))
    throw error
  }
}

export function numbersBelow(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number)
}

/** Every message that is not poisoned came once, and in order. */
export function assertOnceInOrder(ledger: Ledger, count: number, poisoned: (number: number) => boolean = () => false): void {
  const expected = numbersBelow(count).filter((number) => !poisoned(number))
  assert.equal(ledger.repeats, 0, 'repeats')
  assert.equal(ledger.disorder, 0, 'out of order')
  assert.deepEqual(ledger.missing(expected), [], 'missing')
  assert.equal(ledger.seen.size, expected.length)
}

/** What naslog said to the administrator. */
export function reportsOf(site: Site): string[] {
  return linesOf(join(rsyslogFolder(site), 'naslog.log'))
}

/** The condition of each destination was changed to `words` exactly so often. */
export function assertReported(site: Site, { kind }: Target, words: string, times: number): void {
  const lines = reportsOf(site).filter((line) => line.includes(`destination ${kind}: `) && line.includes(words))
  assert.equal(lines.length, times, lines.join('\n'))
}

export interface Letter {
  readonly destination: string
  readonly reason: string
  readonly event_id: string
  readonly number: number
}

/** The dead letters of a target. */
export function lettersOf(site: Site, { kind }: Target): Letter[] {
  return linesOf(join(site.dir, 'dead-letters.jsonl'))
    .map((line) => JSON.parse(line) as Letter & { readonly line: string })
    .filter(({ destination }) => destination === kind)
    .map(({ line, ...letter }) => ({ ...letter, number: Number(/Users: m(\d+),/.exec(line)?.[1]) }))
}

/** One line of figures for each destination. */
export function tell(t: TestContext, { file, targets, site }: World, sent: number): void {
  t.diagnostic(`${sent} messages sent; file: ${file.figures}`)
  for (const target of targets) t.diagnostic(`${target.kind}: ${target.ledger.figures}, ${lettersOf(site, target).length} dead letters`)
}
