import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isIsoTime } from '../../src/envelope/iso-time.ts'
import { readEnvelope } from '../../src/envelope/index.ts'

test('a date is a date if and only if the calendar has it', () => {
  const part = (min: number, max: number, digits: number) => fc.integer({ min, max }).map((n) => String(n).padStart(digits, '0'))
  fc.assert(
    fc.property(part(0, 9999, 4), part(0, 13, 2), part(0, 32, 2), (year, month, day) => {
      const date = new Date(0)
      date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
      const exists = date.getUTCFullYear() === Number(year) && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
      assert.equal(isIsoTime(`${year}-${month}-${day}T00:00:00Z`), exists)
    }),
    { numRuns: 1000 },
  )
})

const times: [text: string, valid: boolean][] = [
  ['2024-02-29T23:59:59.123456789Z', true], ['2026-06-09T10:20:15+18:00', true], ['2026-06-09T10:20:15.1-07:30', true],
  ['2023-02-29T00:00:00Z', false], ['1900-02-29T00:00:00Z', false], ['2000-02-29T00:00:00Z', true],
  ['2026-06-09T24:00:00Z', false], ['2026-06-09T23:60:00Z', false], ['2026-06-09T23:59:60Z', false],
  ['2026-06-09T10:20:15', false], ['2026-06-09 10:20:15Z', false], ['2026-06-09T10:20:15+18:01', false], ['2026-06-09T10:20:15+99:99', false],
  ['2026-06-09T10:20:15.Z', false], ['2026-06-09T10:20:15.1234567890Z', false], ['2026-06-09T10:20:15Z\n', false], ['', false], ['yesterday', false],
]
for (const [text, valid] of times) test(`ISO time: ${JSON.stringify(text)}`, () => assert.equal(isIsoTime(text), valid))

test('a receive time that does not exist is none', () => {
  const received = (rcv: string) => readEnvelope(JSON.stringify({ rcv, ip: '192.0.2.1', host: 'nas', pri: 30, raw: 'x' })).received
  assert.equal(received('2026-02-30T00:00:00Z'), undefined)
  assert.equal(received('2026-02-28T00:00:00Z'), '2026-02-28T00:00:00Z')
})
