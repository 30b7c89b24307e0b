// What `naslog init` says of answers that do not go together: nobody who asked for TLS may get a port without.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GivenOptions } from '../../src/config.ts'
import { initOptions } from '../../src/cli/init-options.ts'
import { UsageError } from '../../src/cli/usage-error.ts'

const PEM = { 'tls-cert': '/c.pem', 'tls-key': '/k.pem' }

const refused: readonly (readonly [given: GivenOptions, message: string])[] = [
  [PEM, '--tls-cert, --tls-key and --tls-ca need --tls-port'],
  [{ 'tls-ca': '/ca.pem', 'udp-port': '514' }, '--tls-cert, --tls-key and --tls-ca need --tls-port'],
  [{ 'tls-port': '6514' }, '--tls-port needs --tls-cert and --tls-key'],
  [{ 'tls-port': '6514', 'tls-cert': '/c.pem' }, '--tls-port needs --tls-cert and --tls-key'],
  [{ 'tls-port': '6514', 'tls-ca': '/ca.pem' }, '--tls-port needs --tls-cert and --tls-key'],
  [{ clusters: 'a=1' }, '--clusters is for Qumulo alone: add --vendor qumulo'],
  [{ vendor: 'qumulo', clusters: 'a' }, "--clusters: expected NAME=PORT,NAME=PORT, found 'a'"],
  [{ vendor: 'qumulo', clusters: 'a=0' }, "--clusters: expected a port from 1 to 65535, found '0'"],
  [{ vendor: 'qumulo', clusters: 'a=1', 'tls-port': '6514', ...PEM }, '--clusters names the ports itself: leave out --udp-port, --tcp-port and --tls-port'],
  [{ 'tcp-port': '65536' }, "--tcp-port: expected a port from 1 to 65535, found '65536'"],
  [{ 'udp-port': '5x' }, "--udp-port: expected a port from 1 to 65535, found '5x'"],
  [{ vendor: 'qnapp' }, "--vendor: expected qnap, qumulo, both, found 'qnapp'"],
]

for (const [given, message] of refused) {
  test(`refused: ${JSON.stringify(given)}`, () => assert.throws(() => initOptions(given, {}, '/usr/bin/naslog'), new UsageError(message)))
}

test('answers that go together', () => {
  const { answers } = initOptions({ vendor: 'qnap', 'tls-port': '6514', ...PEM, 'tls-ca': '/ca.pem' }, {}, '/usr/bin/naslog')
  assert.deepEqual(answers.ports, { tls: 6514 })
  assert.deepEqual(answers.tls, { certificate: '/c.pem', key: '/k.pem', authority: '/ca.pem' })
})

test('the variables that the help names count, and options before them', () => {
  const env = { NASLOG_TIMEZONE: 'Asia/Tokyo', NASLOG_CONFIG: '/etc/other.yaml' }
  const of = (given: GivenOptions): unknown => {
    const { answers, timezone } = initOptions(given, env, '/usr/bin/naslog')
    return [timezone, answers.config]
  }
  assert.deepEqual(of({}), ['Asia/Tokyo', '/etc/other.yaml'])
  assert.deepEqual(of({ timezone: 'UTC', config: '/c.yaml' }), ['UTC', '/c.yaml'])
})
