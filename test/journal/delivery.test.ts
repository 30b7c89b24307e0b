import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { decodeCursor, encodeCursor } from '../../src/journal/cursor.ts'
import { openDelivery } from '../../src/journal/index.ts'
import type { Delivery, Journal } from '../../src/journal/index.ts'
import { append, deliverAll, opened, readAll, succeeded, temporaryDirectory } from './support.ts'

const NOTHING = { lines: [], notices: [] }

function deliveryTo(part: string, ...destinations: string[]): Delivery {
  return succeeded(openDelivery(part, { destinations, sync: 'never' }))
}

function appendNumbers(journal: Journal, from: number, to: number): string[] {
  const lines = Array.from({ length: to - from }, (_, index) => `line ${from + index}`)
  for (const line of lines) assert.equal(append(journal, line, 1), 'ok')
  return lines
}

function segmentsOf(journal: Journal): number[] {
  return readdirSync(journal.part).filter((name) => name.endsWith('.log')).map((name) => Number(name.slice(0, 20))).sort((a, b) => a - b)
}

test('a segment goes when every destination has passed it, and the live one stays', (context) => {
  const journal = opened({ dir: temporaryDirectory(context), segmentBytes: 100 })
  const lines = appendNumbers(journal, 0, 10)
  assert.deepEqual(segmentsOf(journal), [0, 3, 6, 9])
  const delivery = deliveryTo(journal.part, 'a', 'b')
  assert.deepEqual(deliverAll(delivery, 'a', 2), lines)
  assert.deepEqual(segmentsOf(journal), [0, 3, 6, 9])
  const four = succeeded(delivery.read('b', { maxRecords: 4, maxBytes: 1000 }))
  assert.equal(delivery.commit('b', four.next), 'ok')
  assert.deepEqual(segmentsOf(journal), [3, 6, 9])
  assert.deepEqual(deliverAll(delivery, 'b', 4), lines.slice(4))
  assert.deepEqual(segmentsOf(journal), [9])
  const more = appendNumbers(journal, 10, 13)
  assert.deepEqual(readAll(delivery, 'a'), { lines: more, notices: [] })
  delivery.close()
  journal.close()
})

test('delivery goes on at the cursor; what was read and not committed comes again', (context) => {
  const journal = opened({ dir: temporaryDirectory(context), segmentBytes: 200 })
  const lines = appendNumbers(journal, 0, 20)
  let delivery = deliveryTo(journal.part, 'd')
  for (const [from, to] of [[0, 7], [7, 13]] as const) {
    const batch = succeeded(delivery.read('d', { maxRecords: to - from, maxBytes: 1000 }))
    assert.deepEqual(batch.records.map((record) => [record.sequence, record.line]), lines.slice(from, to).map((line, index) => [from + index, line]))
    if (from === 0) delivery.commit('d', batch.next)
  }
  delivery.rewind('d')
  assert.deepEqual(readAll(delivery, 'd').lines, lines.slice(7))
  delivery.close()
  delivery = deliveryTo(journal.part, 'd')
  assert.deepEqual(delivery.notices, [])
  assert.deepEqual(readAll(delivery, 'd').lines, lines.slice(7))
  delivery.close()
  journal.close()
})

test('a batch ends with the record that reaches the limit of bytes', (context) => {
  const journal = opened({ dir: temporaryDirectory(context) })
  appendNumbers(journal, 0, 5)
  const delivery = deliveryTo(journal.part, 'd')
  assert.equal(succeeded(delivery.read('d', { maxRecords: 100, maxBytes: 7 })).records.length, 2)
  delivery.close()
  journal.close()
})

test('time, occurrence and bytes arrive as they were appended', (context) => {
  const journal = opened({ dir: temporaryDirectory(context) })
  append(journal, Buffer.from('caf\xc3\xa9 \xff\r', 'latin1'), 1_790_000_000_123, { occurrence: 3 })
  const delivery = deliveryTo(journal.part, 'd')
  assert.deepEqual(succeeded(delivery.read('d', { maxRecords: 1, maxBytes: 1 })).records, [
    { sequence: 0, receivedAt: 1_790_000_000_123, occurrence: 3, line: 'caf\xc3\xa9 \xff\r' },
  ])
  delivery.close()
  journal.close()
})

test('a new destination gets everything that is still there', (context) => {
  const journal = opened({ dir: temporaryDirectory(context), segmentBytes: 100 })
  const lines = appendNumbers(journal, 0, 7)
  let delivery = deliveryTo(journal.part, 'old')
  deliverAll(delivery, 'old')
  delivery.close()
  delivery = deliveryTo(journal.part, 'old', 'new one/\xe9')
  assert.match(delivery.notices.join(), /new one\/\xe9 has no cursor; starting at its oldest record, 6$/)
  assert.deepEqual(deliverAll(delivery, 'new one/\xe9'), lines.slice(6))
  assert.deepEqual(readAll(delivery, 'old'), NOTHING)
  delivery.close()
  journal.close()
})

test('a destination that is no longer configured holds nothing back, and its waiting records are told', (context) => {
  const journal = opened({ dir: temporaryDirectory(context), segmentBytes: 100 })
  const lines = appendNumbers(journal, 0, 10)
  let delivery = deliveryTo(journal.part, 'kept', 'gone')
  delivery.commit('gone', succeeded(delivery.read('gone', { maxRecords: 4, maxBytes: 1000 })).next)
  delivery.close()
  delivery = deliveryTo(journal.part, 'kept')
  assert.match(delivery.notices[0]!, /gone is no longer configured; 6 records that waited for it/)
  assert.deepEqual(deliverAll(delivery, 'kept'), lines)
  assert.deepEqual(segmentsOf(journal), [9])
  assert.deepEqual(readdirSync(journal.part).filter((name) => name.includes('cursor')), ['kept.cursor'])
  delivery.close()
  journal.close()
})

test('without destinations nothing is deleted', (context) => {
  const journal = opened({ dir: temporaryDirectory(context), segmentBytes: 100 })
  appendNumbers(journal, 0, 7)
  deliveryTo(journal.part).close()
  assert.deepEqual(segmentsOf(journal), [0, 3, 6])
  journal.close()
})

test('a broken or lost cursor means the oldest record; an old one, whose segment is gone, too', (context) => {
  const journal = opened({ dir: temporaryDirectory(context), segmentBytes: 100 })
  const lines = appendNumbers(journal, 0, 10)
  const path = join(journal.part, 'd.cursor')
  let delivery = deliveryTo(journal.part, 'd')
  delivery.commit('d', succeeded(delivery.read('d', { maxRecords: 1, maxBytes: 1 })).next)
  const early = readFileSync(path, 'latin1')
  delivery.commit('d', succeeded(delivery.read('d', { maxRecords: 4, maxBytes: 1000 })).next)
  delivery.close()
  for (const text of ['', early.slice(0, -5), early.replace('sequence 1', 'sequence 2')]) {
    writeFileSync(path, text)
    delivery = deliveryTo(journal.part, 'd')
    assert.match(delivery.notices.join(), /the cursor of d is broken; starting at its oldest record, 3: records may be delivered again/)
    assert.deepEqual(readAll(delivery, 'd').lines, lines.slice(3))
    delivery.close()
  }
  writeFileSync(path, early)
  delivery = deliveryTo(journal.part, 'd')
  const { lines: found, notices } = readAll(delivery, 'd')
  assert.deepEqual(found, lines.slice(3))
  assert.match(notices.join(), /the oldest record is 3, reading should go on at 1; the 2 records between are not here any more/)
  delivery.close()
  journal.close()
})

test('the offset in a cursor is a hint: its sequence decides', (context) => {
  const journal = opened({ dir: temporaryDirectory(context) })
  const lines = appendNumbers(journal, 0, 10)
  for (const offset of [0, 1, 32, 64, 300, 5000]) {
    writeFileSync(join(journal.part, 'd.cursor'), encodeCursor({ sequence: 2, segment: 0, offset }))
    const delivery = deliveryTo(journal.part, 'd')
    assert.deepEqual(readAll(delivery, 'd'), { lines: lines.slice(2), notices: [] }, `offset ${offset}`)
    delivery.close()
  }
  journal.close()
})

test('a cursor is read only as it was written', () => {
  const position = fc.record({ sequence: fc.nat({ max: 2 ** 48 }), segment: fc.nat({ max: 2 ** 48 }), offset: fc.nat() })
  fc.assert(fc.property(position, fc.nat({ max: 200 }), fc.integer({ min: 1, max: 127 }), (written, place, change) => {
    const text = encodeCursor(written)
    assert.deepEqual(decodeCursor(text), { ...written })
    const at = place % text.length
    const changed = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ change) + text.slice(at + 1)
    assert.equal(decodeCursor(changed), undefined)
    assert.equal(decodeCursor(text.slice(0, at)), undefined)
  }), { numRuns: 500 })
})

test('files are readable for owner and group alone', (context) => {
  const dir = temporaryDirectory(context)
  const journal = opened({ dir: join(dir, 'journal') })
  appendNumbers(journal, 0, 1)
  const delivery = deliveryTo(journal.part, 'd')
  deliverAll(delivery, 'd')
  assert.equal(statSync(journal.part).mode & 0o027, 0)
  for (const name of readdirSync(journal.part)) assert.equal(statSync(join(journal.part, name)).mode & 0o137, 0, name)
  delivery.close()
  journal.close()
})
