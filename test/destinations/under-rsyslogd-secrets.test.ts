// Servers that repeat in their answers what they were sent: no secret reaches a log, a record, an argument or a listing.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { naslog, type Site } from '../support/omprog.ts'
import { skipWithoutRsyslogd } from '../support/rsyslogd.ts'
import type { Misdeed, StubReply, StubRequest } from './stub.ts'
import { allKinds, assertOnceInOrder, lettersOf, makeWorld, reportsOf, scale, startLoad, tell, timeout, until, untilDelivered } from './under-rsyslogd.ts'

/** All that a request says besides its records. */
function echo({ headers, path }: StubRequest): string {
  return `${path} ${Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`).join(', ')}`
}

/** An answer whose refusal of records repeats the request's headers. */
function withEcho(reply: StubReply, request: StubRequest): StubReply {
  return { ...reply, body: (reply.body ?? '').replace(/failed to parse|Invalid data format|Invalid JSON structure|a record is not valid/, (words) => `${words} in ${echo(request)}`) }
}

const echoing = (status: number) => (request: StubRequest): StubReply => ({ status, body: `you said ${echo(request)}` })
const misdeeds: readonly (Misdeed | ReturnType<typeof echoing>)[] = [echoing(500), 'reset', echoing(403), 'reset in the answer', echoing(429), 'hang', echoing(302)]

/** Everything that stands in a site but the keys, by path. The programs run on, so a file may go between the look and the reading. */
function contentsOf(dir: string): [path: string, text: string][] {
  const paths = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.key'))
    .map(({ parentPath, name }) => join(parentPath, name))
  return paths.flatMap((path) => {
    try {
      return [[path, readFileSync(path, 'latin1')]]
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  })
}

/** What the commands for an administrator print. */
function listingsOf({ config }: Site): [command: string, text: string][] {
  return [['check', '--print-config'], ['check'], ['status'], ['status', '--json'], ['journal']].map((args) => {
    const { stdout, stderr } = spawnSync(naslog, [...args, '--config', config], { encoding: 'latin1' })
    return [`naslog ${args.join(' ')}`, stdout + stderr]
  })
}

/** The forms in which a secret could be told. */
function formsOf(secret: string): string[] {
  const parts = [secret, ...secret.split(':')]
  return parts.flatMap((part) => [part, Buffer.from(part).toString('base64'), encodeURIComponent(part)])
}

test('under rsyslogd: no secret is told while requests fail', { skip: skipWithoutRsyslogd, timeout }, async (t) => {
  const world = await makeWorld(t, allKinds, { more: { batch: { records: 20 }, timeout: '500ms' } })
  const { site, targets } = world
  const secrets: string[] = []
  for (const { kind, key, peer } of targets) {
    // Elasticsearch takes `id:key` too, and gets it in base64.
    const secret = kind === 'elasticsearch' ? `${randomBytes(9).toString('hex')}:${randomBytes(12).toString('hex')}` : randomBytes(20).toString('hex')
    writeFileSync(key, `${secret}\n`)
    Object.assign(peer, { key: kind === 'elasticsearch' ? Buffer.from(secret).toString('base64') : secret })
    secrets.push(secret)
  }
  const poisoned = (number: number): boolean => number % 50 === 7
  const load = startLoad(t, world, 300)
  const stubs = await Promise.all(targets.map(async (target) => {
    target.poisoned = poisoned
    const serve = (request: StubRequest): StubReply => withEcho(target.serve(request), request)
    const stub = await target.up(serve)
    for (const misdeed of misdeeds) stub.next.push(misdeed, serve)
    return stub
  }))

  let args = ''
  let reloads = 0
  await until('every misdeed', () => {
    args += spawnSync('ps', ['-eo', 'args'], { encoding: 'latin1' }).stdout
    // Whoever waits for a person looks again at once.
    const held = reportsOf(site).filter((line) => line.includes('this needs a person')).length
    if (held > reloads) world.rsyslogd.reload()
    reloads = held
    return load.sent > 500 * scale && stubs.every(({ next }) => next.length === 0)
  })
  const sent = await load.end()
  world.rsyslogd.reload()
  await untilDelivered(world, sent)
  assertOnceInOrder(world.file, sent)
  const told: [place: string, text: string][] = [...contentsOf(site.dir), ...listingsOf(site), ['ps', args], ['stderr of rsyslogd', world.rsyslogd.stderr()]]
  for (const secret of secrets) {
    for (const form of formsOf(secret)) {
      for (const [place, text] of told) assert.ok(!text.includes(form), `${place}: ${text.slice(Math.max(0, text.indexOf(form) - 300), text.indexOf(form) + 100)}`)
    }
  }
  // The servers did tell them, and naslog did pass on what they said.
  for (const target of targets) {
    assert.ok(lettersOf(site, target).every(({ reason }) => reason.includes('***')), `${target.kind}: ${lettersOf(site, target)[0]?.reason}`)
    assert.ok(reportsOf(site).some((line) => line.includes(`destination ${target.kind}: `) && line.includes('you said')))
  }
  assert.match(args, /naslog omprog --config/)
  tell(t, world, sent)
})
