import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Words } from '../../src/lib/words.ts'

test('a table of words gives what a Map gives', () => {
  // Few characters: many words have a place together, and some are equal.
  const word = fc.oneof(fc.string({ unit: fc.constantFrom('a', 'b', '_'), maxLength: 4 }), fc.string({ maxLength: 12 }))
  fc.assert(
    fc.property(fc.array(fc.tuple(word, fc.nat())), fc.array(word), (entries, others) => {
      const words = new Words(entries)
      const map = new Map(entries)
      for (const text of [...map.keys(), ...others, '']) assert.equal(words.get(text), map.get(text))
    }),
  )
})
