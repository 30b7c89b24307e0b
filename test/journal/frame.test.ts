import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { crc32, tableCrc32 } from '../../src/journal/crc32.ts'
import { decodeFrame, encodeFrame, findFrame, frameSize, inspectFrame } from '../../src/journal/frame.ts'

const anyRecord = fc.record({
  line: fc.uint8Array({ maxLength: 200 }),
  sequence: fc.nat({ max: 2 ** 48 - 1 }),
  receivedAt: fc.nat({ max: 2 ** 48 - 1 }),
  occurrence: fc.nat({ max: 0xffff }),
})

function frameOf(line: Uint8Array | string, sequence = 0, receivedAt = 0, occurrence = 0): Buffer {
  const frame = Buffer.alloc(frameSize(line.length))
  encodeFrame(frame, line, sequence, receivedAt, occurrence)
  return frame
}

test('the layout is the documented one', () => {
  const frame = frameOf('abc', 0x010203, 0x018f0a0b0c0d, 2)
  const expected = ['0a4e4a31', 'CRC', '00000003', '0002', '000000010203', '018f0a0b0c0d', '616263']
  // The CRC-32 of the 21 bytes behind it, by Python's binascii.crc32.
  expected[1] = 'aaf4f293'
  assert.equal(frame.toString('hex'), expected.join(''))
})

test('CRC-32: the check value of the standard, and both forms agree', () => {
  assert.equal(tableCrc32(Buffer.from('123456789')), 0xcbf43926)
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => assert.equal(tableCrc32(bytes), crc32(bytes))))
})

test('what was encoded is decoded, from bytes and from byte strings', () => {
  fc.assert(fc.property(anyRecord, fc.boolean(), ({ line, sequence, receivedAt, occurrence }, asText) => {
    const text = Buffer.from(line).toString('latin1')
    const frame = frameOf(asText ? text : line, sequence, receivedAt, occurrence)
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
