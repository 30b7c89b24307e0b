// Whole servers that fail under load: closed ports, 429 storms, revoked keys. Nothing is lost, repeated or out of order.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { skipWithoutRsyslogd } from '../support/rsyslogd.ts'
import type { elasticsearchPeer } from './peers.ts'
import type { StubReply } from './stub.ts'
import {
  allKinds, assertOnceInOrder, assertReported, lettersOf, makeWorld, numbersBelow, reportsOf, scale, startLoad, tell, timeout, until, untilDelivered, type Kind, type Target, type World,
} from './under-rsyslogd.ts'

/** SIGHUP ends a pause at once. The long run shows that it ends by itself, too. */
function knock({ rsyslogd }: World): void {
  if (scale === 1) rsyslogd.reload()
}

/** Everything has arrived where it should, once. */
async function assertComplete(world: World, sent: number): Promise<void> {
  await untilDelivered(world, sent)
  for (const ledger of [world.file, ...world.targets.map(({ ledger }) => ledger)]) assertOnceInOrder(ledger, sent)
  for (const target of world.targets) assert.deepEqual(lettersOf(world.site, target), [])
  world.identities.check()
}

interface Storm {
  readonly name: string
  readonly kinds: readonly Kind[]
  readonly busy: StubReply
  /** Least time from such an answer to the next request, in ms. */
  readonly pause: number
}

const storms: readonly Storm[] = [
  { name: 'with Retry-After', kinds: ['elasticsearch', 'splunk', 'otlp'], busy: { status: 429, headers: { 'retry-after': '0.2' }, body: 'slow down' }, pause: 200 },
  { name: 'without Retry-After', kinds: ['elasticsearch', 'datadog', 'http'], busy: { status: 429, body: 'slow down' }, pause: 0 },
]

describe('under rsyslogd: servers that fail', { skip: skipWithoutRsyslogd, concurrency: 2 }, () => {
  test('all ports closed under load, then open: all arrives once, in order; the file is not held up', { timeout }, async (t) => {
    const world = await makeWorld(t, allKinds)
    const load = startLoad(t, world, 1500)
    await sleep(10_000 * scale)
    const before = load.sent
    await until(`${before} messages in the file while the others are down`, () => world.file.readOn().seen.size >= before)
    for (const target of world.targets) await target.up()
    knock(world)
    await sleep(1000)
    const sent = await load.end()
    await assertComplete(world, sent)
    for (const target of world.targets) {
      assertReported(world.site, target, 'connection refused; trying again, the journal keeps the lines', 1)
      assertReported(world.site, target, 'delivering again', 1)
    }
    t.diagnostic(`${before} messages in the file before the ports opened`)
    tell(t, world, sent)
  })

  for (const { name, kinds, busy, pause } of storms) {
    test(`70 % of the requests are answered 429 for a time, ${name}`, { timeout }, async (t) => {
      const world = await makeWorld(t, kinds, { more: { batch: { records: 100 } } })
      const ends = performance.now() + 5000 * scale
      let refused = 0
      const hasty: number[] = []
      for (const target of world.targets) {
        let count = 0
        let notBefore = 0
        await target.up((request) => {
          const now = performance.now()
          // Timers of Node may come 1 ms early.
          if (now < notBefore - 2) hasty.push(notBefore - now)
          notBefore = 0
          if (now > ends || (count++ * 7) % 10 >= 7) return target.serve(request)
          refused++
          notBefore = now + pause
          return busy
        })
      }
      const load = startLoad(t, world, 500)
      await sleep(5000 * scale + 500)
      const sent = await load.end()
      await assertComplete(world, sent)
      assert.deepEqual(hasty, [], 'asked again before the pause was over')
      assert.ok(refused > 5, `only ${refused} requests were refused`)
      t.diagnostic(`${refused} requests refused`)
      tell(t, world, sent)
    })
  }

  test('70 % of the documents of each bulk request are answered 429 for a time', { timeout }, async (t) => {
    const world = await makeWorld(t, ['elasticsearch'], { more: { batch: { records: 100 } } })
    const [target] = world.targets as [Target]
    const ends = performance.now() + 5000 * scale
    const { itemStatus } = target.peer as ReturnType<typeof elasticsearchPeer>
    let refused = 0
    itemStatus.get = () => (performance.now() < ends && Math.random() < 0.7 ? (refused++, 429) : undefined)
    await target.up()
    const load = startLoad(t, world, 500)
    await sleep(5000 * scale + 500)
    const sent = await load.end()
    await untilDelivered(world, sent)
    // What is given again comes behind what was taken of the same batch.
    assert.deepEqual(target.ledger.missing(numbersBelow(sent)), [])
    assert.equal(target.ledger.repeats, 0)
    assert.deepEqual(lettersOf(world.site, target), [])
    world.identities.check()
    t.diagnostic(`${refused} documents refused`)
    tell(t, world, sent)
  })

  test('keys are revoked and replaced: everything waits, one line says so, nothing is lost', { timeout }, async (t) => {
    const world = await makeWorld(t, allKinds)
    for (const target of world.targets) await target.up()
    const load = startLoad(t, world, 500)
    await untilDelivered(world, 200)
    for (const { peer } of world.targets) Object.assign(peer, { key: 'th3-n3w-k3y' })
    await until('all destinations wait for a person', () => reportsOf(world.site).filter((line) => line.includes('this needs a person')).length >= world.targets.length)
    const held = world.targets.map(({ ledger }) => ledger.seen.size)
    await sleep(4000 * scale)
    const before = load.sent - 250
    await until(`${before} messages in the file while the others wait`, () => world.file.readOn().seen.size >= before)
    assert.deepEqual(world.targets.map(({ ledger }) => ledger.seen.size), held)
    for (const { key, peer } of world.targets) writeFileSync(key, peer.key)
    knock(world)
    const sent = await load.end()
    await assertComplete(world, sent)
    for (const target of world.targets) {
      assertReported(world.site, target, 'this needs a person', 1)
      assertReported(world.site, target, 'delivering again', 1)
    }
    tell(t, world, sent)
  })
})
