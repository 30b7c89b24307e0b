import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { crc32, tableCrc32 } from '../../src/lib/crc32.ts'
import { createFrameEncoder, decodeFrame, findFrame, inspectFrame } from '../../src/journal/frame.ts'

const anyRecord = fc.record({
  line: fc.uint8Array({ maxLength: 200 }),
  sequence: fc.nat({ max: 2 ** 48 - 1 }),
  receivedAt: fc.nat({ max: 2 ** 48 - 1 }),
  occurrence: fc.nat({ max: 0xffff }),
})

/** One for all: what one frame leaves behind must not show in the next. */
const encodeFrame = createFrameEncoder()

function frameOf(text: string | Uint8Array, sequence = 0, receivedAt = 0, occurrence = 0): Buffer {
  const line = Buffer.from(text as string, 'latin1')
  return Buffer.from(encodeFrame(line, crc32(line), sequence, receivedAt, occurrence))
}

test('the layout is the documented one', () => {
  const frame = frameOf('abc', 0x010203, 0x018f0a0b0c0d, 2)
  const expected = ['0a4e4a31', 'CRC', '00000003', '0002', '000000010203', '018f0a0b0c0d', '616263']
  // Of the line and then of the header behind the field: Python's crc32(header, crc32(b'abc')).
  expected[1] = 'cc76aa7b'
  assert.equal(frame.toString('hex'), expected.join(''))
})

test('CRC-32: the check value of the standard, and both forms agree', () => {
  assert.equal(tableCrc32(Buffer.from('123456789')), 0xcbf43926)
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: 0xffffffff }), (bytes, before) => {
    assert.equal(tableCrc32(bytes), crc32(bytes))
    assert.equal(tableCrc32(bytes, before), crc32(bytes, before))
  }))
})

test('what was encoded is decoded', () => {
  fc.assert(fc.property(anyRecord, ({ line, sequence, receivedAt, occurrence }) => {
    const text = Buffer.from(line).toString('latin1')
    const frame = frameOf(line, sequence, receivedAt, occurrence)
    const size = inspectFrame(frame, 0, frame.length)
    assert.equal(size, frame.length)
    assert.deepEqual(decodeFrame(frame, 0, frame.length), { sequence, receivedAt, occurrence, line: text })
  }), { numRuns: 500 })
})

test('a line of 300 KB', () => {
  const line = Buffer.alloc(300_000, 'xyz\xff', 'latin1')
  const frame = frameOf(line, 7, 8)
  assert.equal(inspectFrame(frame, 0, frame.length), line.length + 26)
  assert.equal(decodeFrame(frame, 0, frame.length).line, line.toString('latin1'))
})

test('a frame cut anywhere is short; with any byte changed it is not a good frame', () => {
  fc.assert(fc.property(anyRecord, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.integer({ min: 1, max: 255 }), (record, part, change) => {
    const frame = frameOf(record.line, record.sequence, record.receivedAt, record.occurrence)
    const at = Math.floor(part * frame.length)
    assert.equal(inspectFrame(frame, 0, at), 'short')
    frame[at]! ^= change
    assert.notEqual(typeof inspectFrame(frame, 0, frame.length), 'number')
  }), { numRuns: 500 })
})

test('behind damage the next good frame is found', () => {
  const damaged = Buffer.concat([Buffer.from('rubbish'), frameOf('one', 5), frameOf('two', 6)])
  assert.equal(findFrame(damaged, 4), 7)
  assert.equal(findFrame(damaged.subarray(0, 7 + 28), 4), -1)
})

test('a line made to look like a frame is not found, for it cannot hold the LF; and its number would have to fit', () => {
  const forged = frameOf('forged', 6)
  const withoutLf = frameOf(forged.subarray(1), 5)
  withoutLf[9]! ^= 1
  assert.equal(findFrame(withoutLf, 5), -1)
  const farAhead = Buffer.concat([Buffer.from('?'), frameOf('forged', 9)])
  assert.equal(findFrame(farAhead, 5), -1)
})
