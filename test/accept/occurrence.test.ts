import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOccurrenceCounter } from '../../src/accept/occurrence.ts'
import { crc32 } from '../../src/lib/crc32.ts'

const line = (time: string, text: string): Buffer => Buffer.from(`{"rcv":"2026-07-15T18:03:54.${time}+02:00", "ip":"192.0.2.1", "host":"nas", "pri":30, "raw":"${text}"}`)
const A = line('000001', 'a')
const B = line('000001', 'b')
const LATER = line('000002', 'a')

const cases: readonly (readonly [name: string, lines: readonly (readonly [line: Buffer, accepted: boolean])[], expected: readonly number[]])[] = [
  ['equal lines of one receive time are counted', [[A, true], [B, true], [A, true], [A, true], [B, true]], [0, 0, 1, 2, 1]],
  ['another receive time is another message', [[A, true], [LATER, true], [A, true]], [0, 0, 0]],
  ['a line that is refused comes again, and is no second one', [[A, false], [A, false], [A, true], [A, true]], [0, 0, 0, 1]],
  ['lines without the template are not counted', [[Buffer.from('x'), true], [Buffer.from('x'), true], [Buffer.from(''), true], [Buffer.from('y'.repeat(99)), true], [Buffer.from('y'.repeat(99)), true]], [0, 0, 0, 0, 0]],
]
for (const [name, lines, expected] of cases) {
  test(`occurrence: ${name}`, () => {
    const counter = createOccurrenceCounter()
    const found = lines.map(([each, accepted]) => {
      const occurrence = counter.of(each, crc32(each))
      if (accepted) counter.accept()
      return occurrence
    })
    assert.deepEqual(found, expected)
  })
}
