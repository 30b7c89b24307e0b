import assert from 'node:assert/strict'
import { test } from 'node:test'
import { copyOf, internOf, toBytes } from '../../src/lib/bytes.ts'

test('a copy is the same text, whatever it is', () => {
  for (const text of ['', '0', '007', '4294967295', '1e3', '__proto__', 'constructor', 'toString', toBytes('é 设计'), '\x00\xff', 'x'.repeat(100_000)]) {
    assert.equal(copyOf(text), text)
    assert.equal(internOf(text), text)
  }
  assert.equal(({} as Record<string, unknown>)['0'], undefined)
})
