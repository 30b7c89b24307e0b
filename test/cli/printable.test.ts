import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toBytes } from '../../src/lib/bytes.ts'
import { printable, printableText } from '../../src/lib/printable.ts'

const cases: readonly (readonly [name: string, bytes: string, shown: string])[] = [
  ['ordinary text', toBytes('Größe 日本 "嘉宏 高" 🗂️'), 'Größe 日本 "嘉宏 高" 🗂️'],
  ['an escape sequence', 'a\x1b[31mb', 'a\\x1b[31mb'],
  ['a tab, a line feed and DEL', 'a\tb\nc\x7f', 'a\\x09b\\x0ac\\x7f'],
  ['a C1 control: CSI in one character', toBytes('\u009b31m'), '\\u009b31m'],
  ['a right-to-left override', toBytes('exe\u202efdp'), 'exe\\u202efdp'],
  ['an isolate', toBytes('\u2066x\u2069'), '\\u2066x\\u2069'],
  ['a line separator', toBytes('a\u2028b'), 'a\\u2028b'],
  ['a Latin-1 byte', 'caf\xe9!', 'caf\\xe9!'],
  ['a character that was cut', toBytes('aé日').slice(0, -1), 'aé\\xe6\\x97'],
  ['an overlong slash and valid text behind it', '\xc0\xaf' + toBytes('é'), '\\xc0\\xafé'],
  ['a surrogate half in UTF-8', '\xed\xa0\x80', '\\xed\\xa0\\x80'],
]

for (const [name, bytes, shown] of cases) test(`printable: ${name}`, () => assert.equal(printable(bytes), shown))

test('printableText escapes half a surrogate pair and keeps a whole one', () => {
  assert.equal(printableText('\ud83d|\u{1f600}'), '\\ud83d|\u{1f600}')
})

test('nothing that is printed can be obeyed by a terminal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      assert.doesNotMatch(printable(Buffer.from(bytes).toString('latin1')), /[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe]/)
    }),
    { numRuns: 500 },
  )
})

test('well-formed text without such characters stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      fc.pre(!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text))
      assert.equal(printable(toBytes(text)), text)
    }),
    { numRuns: 500 },
  )
})
