import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeOf } from '../../src/encode/place.ts'
import { Run, runsOf } from '../../src/encode/run.ts'
import { Json, many, number, one, type Value } from '../../src/fields/declare.ts'

const F = number({
  'a.kind': one('keyword', ''),
  'a.doing': many('keyword', '', 'key'),
  'a.count': one('long', ''),
  'a.rest': one('flattened', ''),
})
const fields = Object.values(F)
const runOf = () => new Run(fields, fields.map((field) => placeOf(field, true)))

/** JSON that counts how often it is written. */
function counted(text: string): { json: Json; written: () => number } {
  let written = 0
  const json = Object.defineProperty(new Json(''), 'text', { get: () => (written++, text) })
  return { json, written: () => written }
}

const encode = (run: Run, values: (Value | undefined)[]) => run.encode(values, values.find((value) => value !== undefined) as Value)

for (const [name, values] of [
  ['a text is the first', ['x', undefined, 7]],
  ['a list is the key', ['x', ['y', 'z'], 7]],
  ['a list is the first', [undefined, ['y'], undefined]],
  ['a number is the first', [undefined, undefined, 7]],
] as const) {
  test(`what was written twice is taken again: ${name}`, () => {
    const run = runOf()
    const { json, written } = counted('{"b":1}')
    // New lists and new texts for each line, as parsers make them.
    const line = () => values.map((value) => (typeof value === 'object' ? [...value] : typeof value === 'string' ? Buffer.from(value).toString() : value))
    const first = encode(run, [...line(), json])
    for (let i = 0; i < 10; i++) assert.equal(encode(run, [...line(), json]), first)
    assert.equal(written(), 2)
  })
}

test('a value that differs is written, wherever it stands', () => {
  const run = runOf()
  const { json } = counted('{}')
  const texts = [
    ['x', ['y'], 7, json], ['x', ['y'], 8, json], ['x', ['y'], undefined, json], ['x', ['y', 'z'], 7, json], ['x', undefined, 7, json],
    [undefined, ['y'], 7, json], ['w', ['y'], 7, json], ['x', ['y'], 7, undefined], ['x', ['y'], 7, new Json('{"b":2}')],
  ].map((values) => encode(run, values))
  assert.equal(new Set(texts).size, texts.length)
  assert.deepEqual(JSON.parse(`{${texts[0]}}`), { kind: 'x', doing: ['y'], count: 7, rest: {} })
  assert.deepEqual(JSON.parse(`{${texts[8]}}`), { kind: 'x', doing: ['y'], count: 7, rest: { b: 2 } })
})

test('more texts than it remembers, with the same key and with others, are written right', () => {
  const run = runOf()
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 600; i++) {
      assert.deepEqual(JSON.parse(`{${encode(run, ['x', ['y'], i])}}`), { kind: 'x', doing: ['y'], count: i })
      assert.deepEqual(JSON.parse(`{${encode(run, ['x', [`y${i}`], i])}}`), { kind: 'x', doing: [`y${i}`], count: i })
    }
  }
})

test('the fields of these are one run', () => {
  assert.deepEqual(runsOf(fields), [fields])
})
