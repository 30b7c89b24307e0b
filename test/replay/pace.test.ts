import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPace, recordsPerBatch } from '../../src/replay/pace.ts'

/** When each batch may go, by a clock that only the pace moves on. */
async function timesOf(limits: { rate?: number; speed?: number }, batches: readonly (readonly [records: number, instant: number, busy?: number])[]): Promise<number[]> {
  let clock = 1000
  const pause = async (ms: number): Promise<void> => void (clock += Math.max(0, ms))
  const pace = createPace({ rate: Infinity, speed: Infinity, ...limits }, () => clock, pause)
  const { signal } = new AbortController()
  const times: number[] = []
  for (const [records, instant, busy = 0] of batches) {
    await pace.wait(records, instant, signal)
    times.push(clock - 1000)
    clock += busy
  }
  return times
}

test('without limits nothing waits', async () => {
  assert.deepEqual(await timesOf({}, [[5, 0], [5, 60_000]]), [0, 0])
})

test('a rate: each batch waits for the records before it; a stall is not made up for', async () => {
  assert.deepEqual(await timesOf({ rate: 100 }, [[10, 0], [10, 0], [0, 0], [20, 0], [10, 0, 5000], [10, 0], [10, 0]]), [0, 100, 100, 200, 400, 5400, 5500])
})

test('a speed: the spacing of the lines, divided; what steps back does not wait', async () => {
  assert.deepEqual(await timesOf({ speed: 10 }, [[1, 50_000], [1, 60_000], [1, 55_000], [1, Number.NaN], [1, 70_000]]), [0, 1000, 1000, 1000, 2000])
})

test('a rate is kept within a second', () => {
  assert.deepEqual([0.5, 5, 20, 1000].map(recordsPerBatch), [1, 1, 2, 100])
})
