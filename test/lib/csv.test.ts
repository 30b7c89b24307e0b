import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { CsvError, parseCsv } from '../../src/lib/csv.ts'

test('rows with their lines; comments and empty lines are passed over', () => {
  assert.deepEqual(parseCsv('\ufeffa,b\r\n# c, d\n\n "x ""y"", z" , \n"1\n2",3\nlast'), [
    { line: 1, cells: ['a', 'b'] },
    { line: 4, cells: ['x "y", z', ''] },
    { line: 5, cells: ['1\n2', '3'] },
    { line: 7, cells: ['last'] },
  ])
})

for (const [text, line, message] of [
  ['a\n"b', 2, 'expected a closing quote, found the end of the file'],
  ['"a"b', 1, "expected a comma or the end of the line behind a closing quote, found 'b'"],
] as const) {
  test(`broken CSV: ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseCsv(text), (error: unknown) => {
      assert.ok(error instanceof CsvError)
      assert.deepEqual([error.line, error.message], [line, message])
      return true
    })
  })
}

test('what is written with quotes is read back, as csv-parse reads it', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', '#') })
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { maxLength: 5 }), (rows) => {
      const kept = rows.filter((row) => row.some((each) => each !== ''))
      const text = kept.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(',')).join('\n')
      assert.deepEqual(parseCsv(text).map(({ cells }) => cells), kept)
      assert.deepEqual(parse(text, { relax_column_count: true }), kept)
    }),
    { numRuns: 300 },
  )
})
