import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { metrics, renderMetrics } from '../../src/health/prometheus.ts'
import type { PartStatus } from '../../src/journal/index.ts'
import { parseExposition } from './exposition.ts'
import { healthOf, NOW } from './support.ts'

const device = { clockDifference: undefined, stops: 0, starts: 0, gap: false, lastLineAt: NOW }

const part: PartStatus = {
  part: '/var/spool/naslog/0001', owner: 'alive', pid: 812, segments: 2, bytes: 4096, oldest: 90, next: 100,
  destinations: [
    { destination: 'events', cursor: 'good', position: { sequence: 100, segment: 90, offset: 0 }, waiting: 0, waitingBytes: 0, oldestReceivedAt: undefined },
    { destination: 'elastic', cursor: 'good', position: { sequence: 97, segment: 90, offset: 0 }, waiting: 3, waitingBytes: 300, oldestReceivedAt: NOW - 1500 },
  ],
}

test('every metric, with its labels, in the text format', () => {
  const health = healthOf({
    lines: [{ parser: 'qnap', understood: 5, flagged: 2, broken: 1 }],
    lineBytes: 1234,
    problems: [{ problem: 'truncated', lines: 2 }],
    dropped: [{ rule: 'noise', lines: 9 }],
    devices: [{ ...device, name: 'nas1', clockDifference: -0.5, stops: 2, starts: 1, gap: true, lastStopAt: NOW }, { ...device, name: 'nas2', unknown: true }],
    otherDevicesLines: 7,
    destinations: [{ name: 'elastic', condition: 'held', reason: '401 "no"\n', delivered: 96, rejected: 1, retries: 4 }],
  })
  const adopted = { ...part, part: '/var/spool/naslog/0002', next: 5, bytes: 10, destinations: [] }
  assert.equal(renderMetrics(health, [part, adopted]), readFileSync('test/health/expected.prom', 'utf8'))
  const samples = parseExposition(renderMetrics(health, [part, adopted]))
  assert.deepEqual([...new Set(samples.map(({ name }) => name))], Object.keys(metrics))
})

test('hostile names are labels and nothing else', () => {
  const names = ['"} 1\nnaslog_forged 1', '\\', '\\"', 'a"b', '{}', 'x,part="9"', 'é名🎉', '\\n', '\n', '__proto__', '']
  const health = healthOf({ devices: names.map((name) => ({ ...device, name })) })
  const found = parseExposition(renderMetrics(health, [])).filter(({ name }) => name === 'naslog_device_last_line_time_seconds')
  assert.deepEqual(found.map(({ labels }) => labels['device']), names)
  assert.deepEqual(found.map(({ labels, value }) => [labels['part'], value]), names.map(() => ['0001', NOW / 1000]))
})

test('property: what is read back is what was there', () => {
  const name = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/[\x00-\x09\x0b-\x1f\x7f]/.test(text))
  const row = fc.record({ name, lastLineAt: fc.nat({ max: NOW }), clockDifference: fc.double({ noNaN: true, noDefaultInfinity: true }) })
  fc.assert(
    fc.property(fc.uniqueArray(row, { selector: (each) => each.name, maxLength: 8 }), (rows) => {
      const samples = parseExposition(renderMetrics(healthOf({ devices: rows.map((each) => ({ ...device, ...each })) }), []))
      const values = (metric: string) => samples.filter((each) => each.name === metric).map(({ labels, value }) => [labels['device'], value])
      assert.deepEqual(values('naslog_device_last_line_time_seconds'), rows.map((each) => [each.name, each.lastLineAt / 1000]))
      // -0 is written as 0.
      assert.deepEqual(values('naslog_device_clock_difference_seconds'), rows.map((each) => [each.name, each.clockDifference + 0]))
    }),
    { numRuns: 300 },
  )
})

test('docs/operations.md has every metric and no other', () => {
  const page = readFileSync('docs/operations.md', 'utf8')
  const rows = [...page.matchAll(/^\| `(naslog_\w+)` \| (\w+) \| (.*) \|$/gm)].map(([, name, type, help]) => [name, type, help])
  assert.deepEqual(rows, Object.entries(metrics).map(([name, { type, help }]) => [name, type, help]))
  for (const [used] of page.matchAll(/\bnaslog_[a-z_]+(?=\{|\[|\)| [<>=*/+-])/g)) assert.ok(Object.hasOwn(metrics, used), used)
})
