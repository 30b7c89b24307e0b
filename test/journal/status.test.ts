import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { exportLines, journalStatus, openDelivery } from '../../src/journal/index.ts'
import { append, opened, succeeded, temporaryDirectory } from './support.ts'

test('status and export: what waits, for whom, since when; nothing is changed', (context) => {
  const dir = temporaryDirectory(context)
  const living = opened({ dir, segmentBytes: 100 })
  for (let number = 0; number < 10; number++) append(living, `line ${number}`, 1000 + number)
  const delivery = succeeded(openDelivery(living.part, { destinations: ['slow', 'fast'], sync: 'never' }))
  delivery.commit('slow', succeeded(delivery.read('slow', { maxRecords: 4, maxBytes: 1000 })).next)
  delivery.commit('fast', succeeded(delivery.read('fast', { maxRecords: 10, maxBytes: 1000 })).next)
  delivery.close()
  const dead = opened({ dir })
  append(dead, 'in the dead part', 500)
  dead.close()
  writeFileSync(join(dead.part, 'fast.cursor'), 'spoilt')

  const before = contents(dir)
  const [first, second] = journalStatus(dir)
  assert.deepEqual({ ...first, part: basename(first!.part) }, {
    part: '0001', owner: 'alive', pid: process.pid, segments: 3, bytes: 7 * 32, oldest: 3, next: 10,
    destinations: [
      { destination: 'fast', cursor: 'good', position: { sequence: 10, segment: 9, offset: 32 }, waiting: 0, waitingBytes: 0, oldestReceivedAt: undefined },
      { destination: 'slow', cursor: 'good', position: { sequence: 4, segment: 3, offset: 32 }, waiting: 6, waitingBytes: 6 * 32, oldestReceivedAt: 1004 },
    ],
  })
  assert.equal(second!.owner, 'dead')
  assert.deepEqual(journalStatus(dir, ['fast', 'new'])[1]!.destinations.map(({ destination, cursor, waiting, oldestReceivedAt }) =>
    ({ destination, cursor, waiting, oldestReceivedAt })), [
    { destination: 'fast', cursor: 'broken', waiting: 1, oldestReceivedAt: 500 },
    { destination: 'new', cursor: 'absent', waiting: 1, oldestReceivedAt: 500 },
  ])

  const exported = (destinations?: string[]): string[] => [...exportLines(dir, destinations)].map(({ record }) => record.line)
  assert.deepEqual(exported(), ['line 4', 'line 5', 'line 6', 'line 7', 'line 8', 'line 9', 'in the dead part'])
  assert.deepEqual(exported(['fast']), ['in the dead part'])
  assert.deepEqual(exported(['fast', 'new']).length, 8)
  assert.deepEqual(contents(dir), before)
  living.close()
})

/** All files below a directory with their bytes. */
function contents(dir: string): Map<string, string> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'latin1')]))
}
