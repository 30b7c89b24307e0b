import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { createHmacSha256 } from '../../src/lib/hmac.ts'

test('HMAC-SHA256 is that of Node, for keys and texts of all lengths', () => {
  const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array))
  fc.assert(
    fc.property(bytes(130), fc.array(fc.oneof(bytes(200), fc.constant(Buffer.alloc(5000, 0xe9))), { maxLength: 4 }), (key, texts) => {
      const hmac = createHmacSha256(key)
      for (const text of texts) {
        for (const form of ['hex', 'binary'] as const) {
          assert.equal(hmac(text.toString('latin1'), form), createHmac('sha256', key).update(text).digest().toString(form))
        }
      }
    }),
    { numRuns: 300 },
  )
})
