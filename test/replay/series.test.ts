import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupIntoSeries, rotationOf } from '../../src/replay/series.ts'

const orders: readonly (readonly [title: string, given: readonly string[], expected: readonly (readonly string[])[]])[] = [
  [
    'numbers count down, by value',
    ['qnap.log', 'qnap.log.1', 'qnap.log.10.gz', 'qnap.log.2.gz', 'qnap.log.9.gz'],
    [['qnap.log.10.gz', 'qnap.log.9.gz', 'qnap.log.2.gz', 'qnap.log.1', 'qnap.log']],
  ],
  [
    'dates count up',
    ['qnap.log', 'qnap.log-20260609.gz', 'qnap.log-20251231.xz', 'qnap.log-20260101.zst'],
    [['qnap.log-20251231.xz', 'qnap.log-20260101.zst', 'qnap.log-20260609.gz', 'qnap.log']],
  ],
  ['dates with hyphens, and in front of the extension', ['a-2026-06-09.log', 'a-20260608.log.gz', 'a.log'], [['a-20260608.log.gz', 'a-2026-06-09.log', 'a.log']]],
  ['hours and Unix times behind the date', ['q-2026060910', 'q-2026060902', 'q'], [['q-2026060902', 'q-2026060910', 'q']]],
  ['two rotations a day', ['q.log-20260609-1781000009', 'q.log-20260609-1781000001', 'q.log'], [['q.log-20260609-1781000001', 'q.log-20260609-1781000009', 'q.log']]],
  ['numbers from before dateext', ['q.log', 'q.log-20260609', 'q.log.1', 'q.log.2'], [['q.log.2', 'q.log.1', 'q.log-20260609', 'q.log']]],
  ['several series keep the order of their first files', ['b.log', 'a.log.1', 'a.log', 'b.log.1'], [['b.log.1', 'b.log'], ['a.log.1', 'a.log']]],
  ['the same name in two folders', ['x/q.log.1', 'y/q.log.1', 'x/q.log'], [['x/q.log.1', 'x/q.log'], ['y/q.log.1']]],
  ['logs named by address are no rotations', ['192.0.2.17', '192.0.2.18', '192.0.2.17.1'], [['192.0.2.17'], ['192.0.2.18'], ['192.0.2.17.1']]],
  ['no dates', ['q.log-20261345', 'q.log-00000101', 'q.log'], [['q.log-20261345'], ['q.log-00000101'], ['q.log']]],
]

for (const [title, given, expected] of orders) {
  test(`order of files: ${title}`, () => {
    assert.deepEqual(groupIntoSeries(given.map((path) => ({ path }))).map((series) => series.map(({ path }) => path)), expected)
  })
}

test('nothing in a dated file is later than its day', () => {
  assert.equal(rotationOf('/var/log/qnap.log-20260609.gz').notAfter, Date.UTC(2026, 5, 10))
  assert.equal(rotationOf('/var/log/qnap.log.3.gz').notAfter, undefined)
})
