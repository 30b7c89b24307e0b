import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRecordEncoder } from '../../src/destinations/encoder.ts'
import { Event } from '../../src/event.ts'
import { Json } from '../../src/fields/declare.ts'
import { F } from '../../src/fields/index.ts'
import { fromBytes, toBytes } from '../../src/lib/bytes.ts'
import { readMoment } from '../../src/lib/epoch.ts'
import { settingsOf } from './contract.ts'

function encode(event: Event, configuration: object): unknown {
  const url = { url: 'https://example.com' }
  const encoder = createRecordEncoder(settingsOf({ ...url, ...configuration }), { format: 'ecs', fields: undefined })
  return JSON.parse(fromBytes(encoder(event)))
}

function login(): Event {
  const event = new Event()
  event.set(F['@timestamp'], '2026-06-09T10:30:00.123456+02:00')
  event.set(F['event.created'], '2026-06-09T08:30:01Z')
  event.set(F['event.id'], '0123456789abcdef0123456789abcdef')
  event.set(F['event.module'], 'qnap_nas')
  event.set(F['event.action'], 'login')
  event.set(F['event.outcome'], 'failure')
  event.set(F['user.name'], toBytes('josé"x'))
  event.set(F['source.ip'], '192.0.2.7')
  event.set(F['source.domain'], 'PC1')
  event.set(F['host.name'], 'NAS1')
  event.set(F['network.protocol'], 'smb')
  event.set(F['log.syslog.severity.code'], 6)
  event.set(F['log.syslog.severity.name'], 'info')
  event.add(F['related.ip'], '192.0.2.7')
  return event
}

test('datadog: reserved and standard attributes, and nothing twice', () => {
  const log = encode(login(), { type: 'datadog', token_env: 'A', tags: ['env:prod', 'team:nas'], service: 'files' })
  assert.deepEqual(log, {
    ddsource: 'qnap',
    service: 'files',
    ddtags: 'env:prod,team:nas',
    message: 'josé"x login failure 192.0.2.7',
    timestamp: Date.UTC(2026, 5, 9, 8, 30, 0, 123),
    status: '6',
    hostname: 'NAS1',
    date: '2026-06-09T10:30:00.123456+02:00',
    network: { client: { ip: '192.0.2.7', domain: 'PC1' }, protocol: 'smb' },
    usr: { name: 'josé"x' },
    evt: { name: 'login', outcome: 'failure' },
    event: { id: '0123456789abcdef0123456789abcdef', module: 'qnap_nas', created: '2026-06-09T08:30:01Z' },
    log: { syslog: { severity: { code: 6, name: 'info' } } },
    related: { ip: ['192.0.2.7'] },
  })
})

test('otlp: times and integers as text, fields as attributes', () => {
  const event = login()
  event.set(F['process.pid'], 4711)
  event.set(F['naslog.truncated'], true)
  event.set(F['log.syslog.structured_data'], new Json('{"a":{"b":"c"}}'))
  const record = encode(event, { type: 'otlp', fields: ['user.name', 'process.pid', 'naslog.truncated', 'related.ip', 'log.syslog.structured_data'] })
  assert.deepEqual(record, {
    timeUnixNano: '1780993800123456000',
    observedTimeUnixNano: '1780993801000000000',
    severityNumber: 9,
    severityText: 'info',
    body: { stringValue: 'josé"x login failure 192.0.2.7' },
    attributes: [
      { key: 'user.name', value: { stringValue: 'josé"x' } },
      { key: 'process.pid', value: { intValue: '4711' } },
      { key: 'naslog.truncated', value: { boolValue: true } },
      { key: 'related.ip', value: { arrayValue: { values: [{ stringValue: '192.0.2.7' }] } } },
      { key: 'log.syslog.structured_data', value: { stringValue: '{"a":{"b":"c"}}' } },
    ],
  })
})

test('splunk: time with its digits, index and sourcetype by vendor, the id among the indexed fields', () => {
  const settings = { type: 'splunk', token_env: 'A', index: { qnap: 'nas', other: 'main' }, fields: ['user.name'] }
  assert.deepEqual(encode(login(), settings), {
    time: 1780993800.123456, host: 'NAS1', source: 'naslog', sourcetype: 'naslog:qnap', index: 'nas',
    event: { user: { name: 'josé"x' } },
    fields: { event_id: '0123456789abcdef0123456789abcdef' },
  })
  const other = new Event()
  other.set(F['@timestamp'], '1969-12-31T23:59:59Z')
  assert.deepEqual(encode(other, settings), { source: 'naslog', sourcetype: 'naslog:other', index: 'main', event: {} })
})

test('a moment is read as it is written, whatever its digits', () => {
  assert.deepEqual(readMoment('1970-01-01T00:00:00Z'), { seconds: 0, fraction: '' })
  assert.deepEqual(readMoment('1970-01-01T01:00:00.5+01:00'), { seconds: 0, fraction: '5' })
  assert.deepEqual(readMoment('2026-01-01T00:00:00.1234567891Z'), { seconds: Date.UTC(2026, 0, 1) / 1000, fraction: '123456789' })
  for (const text of [undefined, '', 'yesterday', '2026-13-01T00:00:00Z', '2026-01-01T00:00:00', '1969-01-01T00:00:00Z']) assert.equal(readMoment(text), undefined, text)
})

test('no value of a line breaks an encoding or adds to it', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 40 })
  fc.assert(fc.property(texts, texts, texts, (user, path, message) => {
    const event = login()
    event.set(F['user.name'], toBytes(user))
    event.set(F['file.path'], toBytes(path))
    event.set(F.message, toBytes(message))
    const { usr, file, ddsource } = encode(event, { type: 'datadog', token_env: 'A' }) as { usr: { name: string }; file?: { path: string }; ddsource: string }
    assert.equal(usr.name, user === '' ? 'josé"x' : user)
    assert.equal(file?.path, path === '' ? undefined : path)
    assert.equal(ddsource, 'qnap')
    const { attributes } = encode(event, { type: 'otlp' }) as { attributes: { key: string }[] }
    assert.equal(new Set(attributes.map(({ key }) => key)).size, attributes.length)
    const { sourcetype } = encode(event, { type: 'splunk', token_env: 'A' }) as { sourcetype: string }
    assert.equal(sourcetype, 'naslog:qnap')
  }), { numRuns: 300 })
})
