import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { shipped } from '../../src/rsyslog/answers.ts'
import { lintRsyslog } from '../../src/rsyslog/lint.ts'
import { renderDropIn } from '../../src/rsyslog/render.ts'
import { checkConfiguration, rewriteDropIn, skipWithoutRsyslogd } from '../support/rsyslogd.ts'
import { makeCertificate, temporaryFolder } from './support.ts'

// UPDATE=1 writes the files anew.
for (const [name, answers] of Object.entries(shipped)) {
  if (process.env['UPDATE'] === '1') writeFileSync(`rsyslog/${name}`, renderDropIn(answers))
}

const names = readdirSync('rsyslog').filter((name) => name.endsWith('.conf'))

test('every drop-in of rsyslog/ is declared, and the other way round', () => {
  assert.deepEqual(names.sort(), Object.keys(shipped).sort())
})

for (const name of names) {
  describe(`rsyslog/${name}`, () => {
    const text = readFileSync(`rsyslog/${name}`, 'utf8')

    test('is what the generator makes', () => {
      assert.equal(text, renderDropIn(shipped[name]!))
    })

    test('has no warnings', () => {
      assert.deepEqual(lintRsyslog(text, name), [])
    })

    test('pleases rsyslogd -N1', { skip: skipWithoutRsyslogd }, (t) => {
      const dir = temporaryFolder(t)
      makeCertificate(dir)
      const { code, messages } = checkConfiguration(dir, rewriteDropIn(text, { dir, binary: '/bin/true' }))
      assert.equal(code, 0, messages)
      assert.deepEqual(messages.split('\n').filter((line) => !/config validation run|^$/.test(line)), [])
    })
  })
}
