import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecordBuffer } from '../../src/lib/record-buffer.ts'

test('records come out in order, each with its newline, however long they are', () => {
  const records = new RecordBuffer(1000)
  const given = ['', 'a', 'b'.repeat(999), 'c'.repeat(20_000), 'd', 'e'.repeat(8191), 'f'.repeat(8192), '\xff\x00']
  for (const record of given) records.add(record)
  const expected = given.map((record) => `${record}\n`).join('')
  assert.equal(records.length, expected.length)
  assert.equal(records.take().toString('latin1'), expected)
})

test('what was taken is gone, and the memory is used again', () => {
  const records = new RecordBuffer(1000)
  records.add('first')
  const first = records.take()
  assert.equal(records.length, 0)
  records.add('second')
  const second = records.take()
  assert.equal(second.toString('latin1'), 'second\n')
  assert.equal(second.buffer, first.buffer)
  assert.equal(records.take().length, 0)
})

test('the memory of a giant record is not held', () => {
  const records = new RecordBuffer(1000)
  records.add('g'.repeat(1_000_000))
  assert.equal(records.take().length, 1_000_001)
  records.add('small')
  assert.ok(records.take().buffer.byteLength <= 4000)
})
