import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkParsers } from '../../src/modes/check.ts'
import type { Parser } from '../../src/parsers/parser.ts'

const parser = (name: string, mark: string, samples: string[]): Parser => ({
  name,
  samples,
  defaultZone: undefined,
  parse: ({ body }) => body.includes(mark),
})

test('each sample belongs to its own parser', () => {
  assert.deepEqual(checkParsers([parser('a', 'A', ['has A']), parser('b', 'B', ['has B', 'é B'])]), [])
})

test('a sample that an earlier parser takes, and one that nobody takes, are told', () => {
  assert.deepEqual(checkParsers([parser('a', 'A', ['has A']), parser('b', 'B', ['has A and B', 'nothing\x07'])]), [
    'a sample of parser b is claimed by a: has A and B',
    'a sample of parser b is claimed by none: nothing\\x07',
  ])
})
