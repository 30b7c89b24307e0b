import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest, suggestion } from '../../src/lib/nearest.ts'

const words = ['format', 'fields', 'timezone', 'config', 'keep_original']

const cases: readonly (readonly [word: string, meant: string | undefined])[] = [
  ['formt', 'format'],
  ['fromat', 'format'],
  ['FORMAT', 'format'],
  ['time_zone', 'timezone'],
  ['keep-orignal', 'keep_original'],
  ['field', 'fields'],
  ['xyz', undefined],
  ['', undefined],
  ['destination', undefined],
]

for (const [word, meant] of cases) test(`nearest to '${word}' is ${meant}`, () => assert.equal(nearest(word, words), meant))

test('a suggestion is a remark, or nothing', () => {
  assert.equal(suggestion('formt', words), ' (did you mean format?)')
  assert.equal(suggestion('formt', words, '--'), ' (did you mean --format?)')
  assert.equal(suggestion('xyz', words), '')
})
