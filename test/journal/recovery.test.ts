import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { openDelivery } from '../../src/journal/index.ts'
import { append, deliverAll, opened, readAll, succeeded, temporaryDirectory } from './support.ts'

const FIRST = '00000000000000000000.log'
const HEADER = 26

/** Lines as they come, with lengths that differ; no LF, every other byte. */
const someLines = fc.array(fc.array(fc.integer({ min: 0, max: 255 }).filter((byte) => byte !== 10), { maxLength: 40 })
  .map((bytes) => Buffer.from(bytes).toString('latin1')), { minLength: 1, maxLength: 12 })

/** A part that holds these lines and has no owner. */
function writeLines(dir: string, lines: readonly string[]): string {
  const journal = opened({ dir })
  for (const line of lines) assert.equal(append(journal, line, 1), 'ok')
  journal.close()
  return journal.part
}

/** Each property run in a part of its own, without a lock to take: the file is what is tested. */
function readPart(dir: string): { lines: string[]; notices: string[] } {
  const delivery = succeeded(openDelivery(join(dir, '0001'), { destinations: ['d'], sync: 'never' }))
  try {
    return readAll(delivery, 'd')
  } finally {
    delivery.close()
  }
}

test('cut at any byte, the file gives exactly the complete records, and goes on behind them', (context) => {
  const dir = temporaryDirectory(context)
  const lines = ['first', '', 'x'.repeat(100), '\x00\xff\r', 'last']
  const part = writeLines(dir, lines)
  const path = join(part, FIRST)
  const whole = readFileSync(path)
  const ends = lines.map((_, index) => lines.slice(0, index + 1).reduce((sum, line) => sum + HEADER + line.length, 0))
  for (let size = 0; size <= whole.length; size += size % 7 === 0 ? 1 : 3) {
    writeFileSync(path, whole.subarray(0, size))
    const complete = ends.filter((end) => end <= size).length
    const torn = size - (ends[complete - 1] ?? 0)
    // A reader before any recovery sees no more and no less.
    assert.deepEqual(readPart(dir), { lines: lines.slice(0, complete), notices: [] }, `cut at ${size}`)
    const journal = opened({ dir })
    assert.equal(journal.part, part)
    assert.deepEqual(journal.notices, torn === 0 ? [] : [`journal 0001/${FIRST}: ${torn} bytes of an unfinished record cut off at the end`])
    assert.equal(append(journal, 'new', 2), 'ok')
    journal.close()
    assert.deepEqual(readPart(dir), { lines: [...lines.slice(0, complete), 'new'], notices: [] })
  }
})

test('one changed byte loses at most its record, and says so', (context) => {
  const dir = temporaryDirectory(context)
  const part = writeLines(dir, ['-'])
  const path = join(part, FIRST)
  fc.assert(fc.property(someLines, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.integer({ min: 1, max: 255 }), (lines, place, change) => {
    unlinkSync(path)
    const journal = opened({ dir })
    for (const line of lines) append(journal, line, 1)
    append(journal, 'end', 1)
    journal.close()
    const bytes = readFileSync(path)
    const beforeEnd = bytes.length - HEADER - 3
    const at = Math.floor(place * beforeEnd)
    bytes[at]! ^= change
    writeFileSync(path, bytes)
    let end = 0
    const hit = lines.findIndex((line) => (end += HEADER + line.length) > at)
    const { lines: found, notices } = readPart(dir)
    assert.deepEqual(found, [...lines.filter((_, index) => index !== hit), 'end'])
    assert.equal(notices.length, 1)
    assert.match(notices[0]!, new RegExp(`: ${HEADER + lines[hit]!.length} damaged bytes skipped before offset ${end}, 1 record lost$`))
  }), { numRuns: 300 })
})

test('a long record that is damaged costs itself alone', (context) => {
  const dir = temporaryDirectory(context)
  const part = writeLines(dir, ['a', 'b'.repeat(300_000), 'c', 'd'.repeat(700_000), 'e'])
  const bytes = readFileSync(join(part, FIRST))
  bytes[150_000]! ^= 1
  writeFileSync(join(part, FIRST), bytes)
  assert.deepEqual(readPart(dir).lines.map((line) => line[0]), ['a', 'c', 'd', 'e'])
})

test('damage at the end of a finished segment is skipped, and the loss is counted by the next one', (context) => {
  const dir = temporaryDirectory(context)
  const journal = opened({ dir, segmentBytes: 100 })
  for (let number = 0; number < 6; number++) append(journal, `line ${number}`, 1)
  journal.close()
  const second = join(journal.part, '00000000000000000003.log')
  truncateSync(join(journal.part, FIRST), 70)
  assert.equal(readFileSync(second).length, 96)
  const { lines, notices } = readPart(dir)
  assert.deepEqual(lines, ['line 0', 'line 1', 'line 3', 'line 4', 'line 5'])
  assert.deepEqual(notices, [`journal 0001/${FIRST}: 6 torn or damaged bytes at the end skipped, 1 record lost`])
})

test('a reader at the live end waits before a torn record and never mixes it with what is written in its place', (context) => {
  const dir = temporaryDirectory(context)
  const journal = opened({ dir })
  append(journal, 'one', 1)
  const path = join(journal.part, FIRST)
  const delivery = succeeded(openDelivery(journal.part, { destinations: ['d'], sync: 'never' }))
  appendFileSync(path, '\nNJ1 the beginning of a record')
  assert.deepEqual(readAll(delivery, 'd'), { lines: ['one'], notices: [] })
  assert.deepEqual(readAll(delivery, 'd'), { lines: [], notices: [] })
  truncateSync(path, HEADER + 3)
  append(journal, 'a second record, longer than what was torn', 1)
  assert.deepEqual(readAll(delivery, 'd'), { lines: ['a second record, longer than what was torn'], notices: [] })
  delivery.close()
  journal.close()
})

test('after a power cut that took delivered records their numbers are not given again', (context) => {
  const dir = temporaryDirectory(context)
  const journal = opened({ dir })
  for (const line of ['a', 'b', 'c', 'd']) append(journal, line, 1)
  const options = { destinations: ['fast', 'slow'], sync: 'never' } as const
  const before = succeeded(openDelivery(journal.part, options))
  assert.equal(deliverAll(before, 'fast').length, 4)
  before.close()
  journal.close()
  truncateSync(join(journal.part, FIRST), 2 * (HEADER + 1) + 5)
  const again = opened({ dir })
  assert.match(again.notices.join(), /5 bytes of an unfinished record.*the last 2 records that were delivered are not on the disk/)
  append(again, 'new', 1)
  const after = succeeded(openDelivery(again.part, options))
  assert.deepEqual(readAll(after, 'fast').lines, ['new'])
  const slow = readAll(after, 'slow')
  assert.deepEqual(slow.lines, ['a', 'b', 'new'])
  assert.match(slow.notices.join(), /2 records lost/)
  after.close()
  again.close()
})
