import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
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

const encode = (run: Run, values: (Value | undefined)[]) => run.encode(values, values.find((value) => value !== undefined) as Value)

/** Whether the run wrote the values and remembered something of it, or took what it had written before: what it keeps it copies. */
function isWritten(run: Run, values: (Value | undefined)[]): boolean {
  const copies = mock.method(Buffer, 'from')
  encode(run, values)
  copies.mock.restore()
  return copies.mock.callCount() > 0
}

for (const [name, values] of [
  ['a text is the first', ['x', undefined, 7, undefined]],
  ['a list is the key', ['x', ['y', 'z'], 7, undefined]],
  ['a list is the first', [undefined, ['y'], undefined, undefined]],
  ['a number is the first', [undefined, undefined, 7, undefined]],
  ['an object is the last', ['x', ['y'], undefined, '{"b":1}']],
] as const) {
  test(`what was written twice is taken again: ${name}`, () => {
    const run = runOf()
    // New lists, texts and objects for each line, as parsers make them.
    const line = () => [
      ...values.slice(0, 3).map((value) => (typeof value === 'object' ? [...value] : typeof value === 'string' ? Buffer.from(value).toString() : value)),
      values[3] && new Json(values[3]),
    ]
    const first = encode(run, line())
    assert.ok(isWritten(run, line()))
    for (let i = 0; i < 10; i++) assert.ok(!isWritten(run, line()))
    assert.equal(encode(run, line()), first)
  })
}

test('of more texts with one key than it keeps, the newest come in now and then', () => {
  const run = runOf()
  for (let i = 0; i < 1000; i++) encode(run, ['x', ['y'], i, undefined])
  const written = Array.from({ length: 40 }, () => isWritten(run, ['x', ['y'], 1000, undefined]))
  assert.equal(written.filter(Boolean).length, 1)
})

test('a value that differs is written, wherever it stands', () => {
  const run = runOf()
  const json = new Json('{}')
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
