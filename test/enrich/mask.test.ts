// The quick look must never say no where the long way finds something.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { maskAddress, maskText, mayHold } from '../../src/enrich/mask.ts'
import { secretOf } from '../../src/enrich/secret.ts'
import { spellingsOf } from '../../src/enrich/spellings.ts'
import { toBytes } from '../../src/lib/bytes.ts'

const unit = fc.constantFrom('a', 'B', 'k', 'S', '7', '.', '-', ' ', '"', '\\', '/', '*', ':', '%', 'é', 'É', 'e\u0301', 'ß', 'ſ', '\u212a', 'İ', 'ı', 'Ж', 'ж', '😀', '設', '\u00c5', '\u212b')
const name = fc.string({ unit, minLength: 1, maxLength: 8 })
const wrap = fc.constantFrom('', ' ', '/', '"', 'é', '.', 'x')

test('a text with any spelling of a name in it may hold the name', () => {
  fc.assert(
    fc.property(name, wrap, wrap, fc.boolean(), (text, before, after, wholeOnly) => {
      const secret = secretOf(toBytes(text), 'anon', wholeOnly)
      const spellings = wholeOnly ? [] : spellingsOf(toBytes(text))
      for (const spelling of spellings) assert.ok(mayHold(toBytes(before) + spelling + toBytes(after), [secret]), spelling)
      for (const whole of [text, text.normalize('NFC')]) if (toBytes(whole) === toBytes(text)) assert.equal(maskText(toBytes(whole), [secret]), 'anon')
      assert.equal(maskText(toBytes(text).replace(/[a-z]/g, (letter) => letter.toUpperCase()), [secret]), 'anon')
    }),
    { numRuns: 1000 },
  )
})

test('an address is found in each of its forms, and nothing else is', () => {
  const forms = ['10.1.2.3', '::ffff:10.1.2.3', '::FFFF:a01:203', '0:0:0:0:0:ffff:10.1.2.3', '::ffff:10.1.2.3%eth0']
  for (const hidden of forms) {
    const secret = secretOf(hidden, '172.16.0.9', false)
    for (const form of forms) {
      assert.equal(maskText(form, [secret]), '172.16.0.9', `${form} of ${hidden}`)
      assert.equal(maskAddress(form, [secret]), '172.16.0.9', `${form} of ${hidden}`)
    }
    for (const other of ['10.1.2.33', '110.1.2.3', '::10.1.2.3', 'a:b', '10.1.2']) assert.equal(maskText(other, [secret]), other)
    assert.equal(maskText(`from ${hidden} to`, [secret]), 'from 172.16.0.9 to')
  }
  const six = secretOf('2001:DB8::1', '2001:db8::9', false)
  assert.equal(maskText('2001:db8:0:0::1', [six]), '2001:db8::9')
  assert.equal(maskAddress('2001:db8::1', [secretOf('2001:DB8::1', undefined, false)]), undefined)
})

test('a secret that is too long to be looked for takes all texts of its length', () => {
  const secret = secretOf('x'.repeat(300), 'anon', false)
  assert.equal(maskText('y'.repeat(300), [secret]), '[removed]')
  assert.equal(maskText('y'.repeat(299), [secret]), 'y'.repeat(299))
})
