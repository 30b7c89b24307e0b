import assert from 'node:assert/strict'
import { test } from 'node:test'
import { remember } from '../../src/lib/remember.ts'

test('an answer is computed once for a text, also undefined; at the bound the memory begins anew; long texts are not kept', () => {
  const asked: string[] = []
  const answer = remember(3, (text) => {
    asked.push(text)
    return text === 'b' ? undefined : text.length
  })
  const long = 'x'.repeat(300)
  for (const text of ['a', 'a', 'b', 'b', 'c', 'a', long, long, 'd', 'a']) assert.equal(answer(text), text === 'b' ? undefined : text.length)
  assert.deepEqual(asked, ['a', 'b', 'c', long, long, 'd', 'a'])
})
