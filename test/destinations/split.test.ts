import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deliverInPieces, type Send } from '../../src/destinations/split.ts'
import { parcelOf } from './parcels.ts'

const limits = { records: 100, bytes: 1_000_000, envelope: 0, perRecord: 1 }

/** A destination that takes a request as a whole or not at all, as most do; a record that begins with `bad` is one that it refuses. */
function takesAllOrNothing(taken: string[]): Send {
  return async (parcels) => {
    if (parcels.some(({ record }) => record.startsWith('bad'))) return { kind: 'split', reason: 'no', status: 400 }
    taken.push(...parcels.map(({ record }) => record))
    return { kind: 'delivered', count: parcels.length, rejected: [] }
  }
}

function batchOf(bad: number, good: number) {
  return [...Array.from({ length: bad }, (_, i) => parcelOf(`bad ${i}`)), ...Array.from({ length: good }, (_, i) => parcelOf(`good ${i}`))]
}

test('many refused records at the head of a batch do not hold up those behind them', async () => {
  for (const bad of [1, 15, 16, 17, 40]) {
    const taken: string[] = []
    const delivery = await deliverInPieces(batchOf(bad, 60), limits, takesAllOrNothing(taken))
    assert.equal(delivery.kind, 'delivered')
    assert.deepEqual(delivery.kind === 'delivered' && delivery.rejected.map(({ index }) => index), Array.from({ length: bad }, (_, i) => i))
    assert.deepEqual([...taken].sort(), batchOf(0, 60).map(({ record }) => record).sort(), `${bad} refused`)
  }
})

test('a destination that refuses every record holds, and nothing becomes a dead letter', async () => {
  for (const count of [16, 17, 100]) {
    const delivery = await deliverInPieces(batchOf(count, 0), limits, takesAllOrNothing([]))
    assert.deepEqual(delivery, { kind: 'hold', reason: 'every record is refused: no' }, `${count} records`)
  }
})

test('a few refused records in a batch of their own are dead letters, until there are too many in a row', async () => {
  const refusals = { count: 0 }
  const first = await deliverInPieces(batchOf(10, 0), limits, takesAllOrNothing([]), refusals)
  assert.equal(first.kind, 'delivered')
  const second = await deliverInPieces(batchOf(10, 0), limits, takesAllOrNothing([]), refusals)
  assert.equal(second.kind, 'hold')
})
