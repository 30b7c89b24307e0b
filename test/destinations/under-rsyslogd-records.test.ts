// Poisoned records, and answers that break off, under load.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { skipWithoutRsyslogd } from '../support/rsyslogd.ts'
import type { Misdeed } from './stub.ts'
import { allKinds, assertOnceInOrder, lettersOf, makeWorld, numbersBelow, scale, startLoad, tell, timeout, until, untilDelivered } from './under-rsyslogd.ts'

/** What the stubs of each server say of a poisoned record. */
const refusals = {
  elasticsearch: /: 400 document_parsing_exception: failed to parse field/,
  splunk: /: 400 .*"code":6,"invalid-event-number":\d+/,
  datadog: /: 400 .*Invalid JSON structure/,
  otlp: /: 400 .*a record is not valid/,
  http: /: 422 a record is not valid/,
} as const

const misdeeds: readonly Misdeed[] = ['hang', 'reset', 'reset in the answer', 'half-close', 'drip', { early: { status: 503, body: 'not now' } }]

describe('under rsyslogd: answers', { skip: skipWithoutRsyslogd, concurrency: 2 }, () => {
  test('a poisoned record in every batch: these are the dead letters; all others arrive once, in order', { timeout }, async (t) => {
    const world = await makeWorld(t, allKinds, { more: { batch: { records: 50 } } })
    const poisoned = (number: number): boolean => number % 40 === 13
    // Most of what is sent waits when the ports open, so that batches are full.
    const load = startLoad(t, world, 1000)
    await until('the load', () => load.sent >= 3000 * scale)
    for (const target of world.targets) {
      target.poisoned = poisoned
      await target.up()
    }
    world.rsyslogd.reload()
    const sent = await load.end()
    await untilDelivered(world, sent)
    assertOnceInOrder(world.file, sent)
    const expected = numbersBelow(sent).filter(poisoned)
    // The last one may be on its way to the file of dead letters.
    await until('the dead letters', () => world.targets.every((target) => lettersOf(world.site, target).length >= expected.length))
    for (const target of world.targets) {
      assertOnceInOrder(target.ledger, sent, poisoned)
      const letters = lettersOf(world.site, target)
      assert.deepEqual(letters.map(({ number }) => number), expected, target.kind)
      for (const { reason } of letters) assert.match(reason, refusals[target.kind])
      for (const { number, event_id: id } of letters) world.identities.note(number, id)
    }
    world.identities.check()
    tell(t, world, sent)
  })

  test('answers that break off, trickle or never come: nothing is lost, and a repeat has the same id', { timeout }, async (t) => {
    const world = await makeWorld(t, allKinds, { more: { batch: { records: 50 }, timeout: '500ms' } })
    const stubs = await Promise.all(world.targets.map((target) => target.up()))
    for (const [index, { serve }] of world.targets.entries()) {
      for (let round = 0; round < scale; round++) for (const misdeed of misdeeds) stubs[index]!.next.push(serve, misdeed)
    }
    const load = startLoad(t, world, 500)
    await until('every misdeed', () => stubs.every(({ next }) => next.length === 0), 60_000 * scale)
    const sent = await load.end()
    await untilDelivered(world, sent)
    assertOnceInOrder(world.file, sent)
    for (const { kind, ledger } of world.targets) {
      assert.deepEqual(ledger.missing(numbersBelow(sent)), [], kind)
      assert.equal(ledger.disorder, 0, kind)
    }
    // The server tells the repeats by their ids.
    assertOnceInOrder(world.targets.find(({ kind }) => kind === 'elasticsearch')!.ledger, sent)
    for (const target of world.targets) assert.deepEqual(lettersOf(world.site, target), [])
    world.identities.check()
    tell(t, world, sent)
  })
})
