import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import type { Delivery, Destination, Fault, Parcel, Rejection } from '../../src/destinations/destination.ts'
import { deliverInPieces } from '../../src/destinations/split.ts'
import { forward, type Source } from '../../src/forward/forwarder.ts'
import { createGate, type ForwarderState } from '../../src/forward/gate.ts'
import { reception } from '../support/pipeline.ts'

const never = new AbortController().signal
const retry: Fault = { kind: 'retry', reason: 'busy', after: 1 }

function newState(): ForwarderState {
  return { condition: 'working', reason: undefined, delivered: 0, rejected: 0, retries: 0 }
}

function parcel(number: number): Parcel {
  return { record: `r${number}`, id: String(number), line: `line ${number}`, reception }
}

/** Numbers 0 to count − 1; what was committed is noted. */
function numbers(count: number): Source<number> & { readonly committed: number[] } {
  let at = 0
  const committed: number[] = []
  return {
    committed,
    read({ records }) {
      const from = at
      at = Math.min(count, at + records)
      return { parcels: Array.from({ length: at - from }, (_, index) => parcel(from + index)), next: at }
    },
    more: async () => at < count,
    commit: (next) => void committed.push(next),
  }
}

interface Run {
  readonly arrived: number[]
  readonly dead: string[]
  readonly state: ForwarderState
  readonly committed: readonly number[]
  readonly reports: readonly string[]
  /** Most deliveries at once. */
  readonly most: number
}

async function run(
  count: number, slots: number, answer: (batch: readonly Parcel[], call: number) => Delivery | Promise<Delivery>,
  bury: (parcels: readonly Parcel[], rejections: readonly Rejection[]) => void = () => undefined, signal = never,
): Promise<Run> {
  const arrived: number[] = []
  const dead: string[] = []
  const reports: string[] = []
  const state = newState()
  let calls = 0
  let busy = 0
  let most = 0
  const destination: Destination = {
    name: 'd', limits: { records: 5, bytes: 1000 }, inFlight: slots,
    open: async () => undefined, close: async () => undefined,
    async deliver(batch) {
      most = Math.max(most, ++busy)
      const delivery = await answer(batch, calls++)
      busy--
      if (delivery.kind === 'delivered') {
        const not = new Set([...delivery.rejected.map(({ index }) => index), ...(delivery.again?.indexes ?? [])])
        for (const [index, { id }] of batch.slice(0, delivery.count).entries()) if (!not.has(index)) arrived.push(Number(id))
      }
      return delivery
    },
  }
  const deadLetters = {
    add(_: string, parcels: readonly Parcel[], rejections: readonly Rejection[]) {
      bury(parcels, rejections)
      for (const { index, reason } of rejections) dead.push(`${parcels[index]?.id}: ${reason}`)
    },
  }
  const source = numbers(count)
  const report = (message: string): void => void reports.push(message)
  const gate = createGate({ name: 'd', slots, state, report, random: () => 0.01 })
  await forward(source, { destination, deadLetters, state, report, gate, random: () => 0.01 }, signal)
  return { arrived, dead, state, committed: source.committed, reports, most }
}

const all = (batch: readonly Parcel[]): Delivery => ({ kind: 'delivered', count: batch.length, rejected: [] })
const upTo = (count: number): number[] => [...Array(count).keys()]

describe('forwarder', { timeout: 30_000 }, () => {
  test('one at a time: in order, each batch committed behind the other', async () => {
    const { arrived, committed, state } = await run(17, 1, all)
    assert.deepEqual(arrived, upTo(17))
    assert.deepEqual(committed.slice(0, 4), [5, 10, 15, 17])
    assert.equal(state.delivered, 17)
  })

  test('several at once: everything arrives, and nothing is committed before what stands ahead of it', async () => {
    let done = 0
    const { arrived, committed, most } = await run(60, 4, async (batch) => {
      await sleep(Number(batch[0]?.id) === 0 ? 60 : 5)
      if (Number(batch[0]?.id) !== 0) done++
      return all(batch)
    })
    assert.deepEqual([...arrived].sort((a, b) => a - b), upTo(60))
    assert.equal(most, 4)
    assert.deepEqual(committed.filter((_, index) => index === 0), [5])
    assert.deepEqual([...committed].sort((a, b) => a - b), committed)
    assert.equal(done, 11)
  })

  test('partial successes: rejected ones are buried, the others given again until they are taken', async () => {
    const { arrived, dead, state } = await run(5, 1, (batch, call) => {
      if (call === 0) return { kind: 'delivered', count: 4, rejected: [{ index: 1, reason: 'bad' }], again: { indexes: [0, 3], fault: retry } }
      return all(batch)
    })
    assert.deepEqual(arrived, [2, 0, 3, 4])
    assert.deepEqual(dead, ['1: bad'])
    assert.deepEqual({ delivered: state.delivered, rejected: state.rejected, retries: state.retries }, { delivered: 4, rejected: 1, retries: 1 })
  })

  test('doubtful ones are all buried, and counted as what the destination said', async () => {
    const { dead, state } = await run(5, 1, (batch) => ({ ...all(batch), doubtful: { count: 2, reason: 'two of five' } } as Delivery))
    assert.equal(dead.length, 5)
    assert.deepEqual({ delivered: state.delivered, rejected: state.rejected }, { delivered: 3, rejected: 2 })
  })

  test('dead letters that cannot be written are written later; the batch is not sent again', async () => {
    let calls = 0
    let tries = 0
    const { dead, reports } = await run(
      5, 1,
      (batch) => {
        calls++
        return { kind: 'delivered', count: batch.length, rejected: [{ index: 2, reason: 'bad' }] }
      },
      () => {
        if (++tries < 3) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { syscall: 'write', code: 'ENOSPC' })
      },
    )
    assert.equal(calls, 1)
    assert.deepEqual(dead, ['2: bad'])
    assert.deepEqual(reports, [
      'destination d: dead letters: ENOSPC: no space left on device, write; trying again, the journal keeps the lines',
      'destination d: delivering again',
    ])
  })

  test('after five faults in a row one alone is tried, until it succeeds', async () => {
    const together: number[] = []
    let busy = 0
    let meet = (): void => {}
    const met = new Promise<void>((resolve) => (meet = resolve))
    const { arrived } = await run(40, 4, async (batch, call) => {
      together.push(++busy)
      if (busy === 4) meet()
      // The first ones wait for each other: on a busy machine 3 ms may be over before the fourth begins.
      await (together.length <= 4 ? Promise.race([met, sleep(1000, undefined, { ref: false })]) : sleep(3))
      busy--
      return call < 30 ? { ...retry } : all(batch)
    })
    assert.deepEqual([...arrived].sort((a, b) => a - b), upTo(40))
    assert.equal(Math.max(...together.slice(0, 4)), 4)
    assert.deepEqual(new Set(together.slice(22, 31)), new Set([1]))
    assert.ok(Math.max(...together.slice(31)) > 1)
  })

  test('the signal ends it soon, whatever it waits for; what was not delivered is not committed', async () => {
    for (const fault of [{ kind: 'hold', reason: 'key' }, { kind: 'retry', reason: 'busy', after: 60_000 }] as const) {
      const abort = new AbortController()
      setTimeout(() => abort.abort(), 50)
      const { committed, state } = await run(20, 2, () => fault, undefined, abort.signal)
      assert.deepEqual(committed, [])
      assert.equal(state.condition, fault.kind === 'hold' ? 'held' : 'retrying')
    }
  })

  test('a knock ends a pause', async () => {
    const state = newState()
    const gate = createGate({ name: 'd', slots: 1, state, report: () => undefined })
    gate.fail((await gate.enter(never))!, { kind: 'hold', reason: 'key' }, false)
    const ticket = gate.enter(never)
    gate.knock()
    gate.succeed((await ticket)!)
    assert.equal(state.condition, 'working')
  })

  test('of faults that meet at once only the first counts', async () => {
    const state = newState()
    const gate = createGate({ name: 'd', slots: 8, state, report: () => undefined, random: () => 0 })
    const tickets = await Promise.all(Array.from({ length: 8 }, () => gate.enter(never)))
    for (const ticket of tickets) gate.fail(ticket!, { kind: 'retry', reason: 'busy' }, false)
    // Were they eight faults in a row, one alone could enter now.
    await Promise.all(Array.from({ length: 8 }, () => gate.enter(never)))
  })
})

/** A server that refuses some records, has a limit, and now and then is busy. */
test('splitting: whatever a server refuses, each record is taken once, rejected, or left', async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 60 }), poisoned: fc.boolean() }), { maxLength: 60 }),
    fc.integer({ min: 20, max: 100 }), fc.integer({ min: 20, max: 100 }), fc.integer({ min: 1, max: 40 }), fc.boolean(),
    async (records, limit, serverLimit, busyAt, named) => {
      const batch = records.map(({ bytes }, index) => ({ record: 'x'.repeat(bytes), id: String(index), line: '', reception }))
      const taken: number[] = []
      let calls = 0
      const delivery = await deliverInPieces(batch, { records: 7, bytes: limit, envelope: 2, perRecord: 1 }, async (piece) => {
        const size = piece.reduce((sum, { record }) => sum + record.length + 1, 2)
        assert.ok(size <= limit && piece.length <= 7)
        if (++calls === busyAt) return retry
        if (size > serverLimit) return { kind: 'split', reason: 'large', status: 413 }
        const culprit = piece.findIndex(({ id }) => records[Number(id)]?.poisoned === true)
        if (culprit >= 0) return { kind: 'split', reason: 'bad', status: 400, ...(named && { culprit }) }
        taken.push(...piece.map(({ id }) => Number(id)))
        return { kind: 'delivered', count: piece.length, rejected: [] }
      })
      if (delivery.kind !== 'delivered') {
        assert.deepEqual(taken, [])
        return
      }
      const rejected = delivery.rejected.map(({ index }) => index)
      const left = delivery.again?.indexes ?? []
      assert.equal(delivery.count, batch.length)
      assert.deepEqual([...taken, ...rejected, ...left].sort((a, b) => a - b), upTo(batch.length))
      for (const index of rejected) assert.ok(records[index]!.poisoned || records[index]!.bytes + 3 > Math.min(limit, serverLimit))
    },
  ), { numRuns: 500 })
})
