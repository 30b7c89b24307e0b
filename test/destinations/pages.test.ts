// What docs/destinations/ shows is what works.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { configuration } from '../../src/config/schema.ts'
import { columnsOf } from '../../src/encode/azure-columns.ts'
import { allFields } from '../../src/fields/index.ts'
import { azureFiles } from '../../src/setup/azure.ts'
import { elasticsearchFiles } from '../../src/setup/elasticsearch.ts'
import { makeCertificates } from './certificates.ts'
import { temporaryFolder } from '../rsyslog/support.ts'
import { checkConfiguration, skipWithoutRsyslogd } from '../support/rsyslogd.ts'

const pageOf = (name: string): string => readFileSync(`docs/destinations/${name}.md`, 'utf8')
const blocks = (page: string, language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text as string)

for (const name of ['syslog', 'relp', 'azure']) {
  test(`${name}.md: naslog takes its configurations`, () => {
    const found = blocks(pageOf(name), 'yaml')
    assert.ok(found.length > 0)
    for (const text of found) assert.equal(configuration.parse(parse(text)).destinations[0]?.type, name)
  })
}

test('relp.md: rsyslogd takes the configuration of the receiver', { skip: skipWithoutRsyslogd }, (t) => {
  const dir = temporaryFolder(t)
  const { ca, server } = makeCertificates(dir)
  const [text = ''] = blocks(pageOf('relp'), 'rsyslog')
  const local = text
    .replaceAll('/etc/rsyslog.tls/ca.pem', ca)
    .replaceAll('/etc/rsyslog.tls/logs.pem', server.cert)
    .replaceAll('/etc/rsyslog.tls/logs.key', server.key)
    .replaceAll('/var/log/', `${dir}/`)
  const { code, messages } = checkConfiguration(dir, local)
  assert.equal(code, 0, messages)
  assert.deepEqual(messages.split('\n').filter((line) => !/config validation run|^$/.test(line)), [])
})

test('elasticsearch.md: the data streams are those that the index template of naslog init is for', () => {
  const template = elasticsearchFiles().find(({ name }) => name === 'index-template.json')!.text
  const { index_patterns: patterns } = JSON.parse(template) as { index_patterns: string[] }
  const streams = pageOf('elasticsearch').match(/(?<=: )logs-[\w.-]+/g) ?? []
  assert.equal(streams.length, 3)
  for (const stream of streams) {
    assert.ok(patterns.some((pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(stream)), stream)
  }
})

test('azure.md names columns and functions that there are', () => {
  const page = pageOf('azure')
  const names = columnsOf(allFields).map(({ name }) => name)
  for (const name of ['SourceIp', 'EventAction', 'QumuloAuditTargetPath', 'EventTime', 'TimeGenerated', 'EventId', 'CutColumns']) assert.ok(names.includes(name) && page.includes(name), name)
  const functions = azureFiles().find(({ name }) => name === 'functions.kql')!.text
  for (const [name] of page.matchAll(/Naslog(?!_)[A-Z]\w+/g)) assert.ok(functions.includes(name), name)
})

test('syslog.md has every key of CEF', () => {
  const page = pageOf('syslog')
  const keys = [...readFileSync('src/encode/cef.ts', 'utf8').matchAll(/(?:\['|add\(')(\w+)'/g)].map(([, key]) => key as string)
  assert.ok(keys.length > 20)
  for (const key of keys.filter((each) => !/^cs\d$/.test(each))) assert.ok(page.includes(`\`${key}\``), key)
})
