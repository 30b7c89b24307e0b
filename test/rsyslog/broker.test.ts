// What docs/qumulo-broker.md shows is what works.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { configuration } from '../../src/config/schema.ts'
import { waitForLines } from '../support/lines.ts'
import { checkConfiguration, freePort, rewriteDropIn, sendTcp, skipWithoutRsyslogd, startRsyslogd } from '../support/rsyslogd.ts'
import { recorder, temporaryFolder } from './support.ts'

const page = readFileSync('docs/qumulo-broker.md', 'utf8')
const block = (language: string): string => new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? ''

/** The drop-in of naslog with its input changed as step 1 says, and the page's own file. */
function bothFrom(dir: string, port: number): string {
  const dropIn = readFileSync('rsyslog/qumulo.conf', 'utf8').replace(/(input\(.*) ruleset="naslog"/, '$1 ruleset="qumulo"')
  const ours = rewriteDropIn(dropIn, { dir, binary: `${recorder} ${dir}/naslog`, ports: new Map([[514, port]]) })
  return ours + rewriteDropIn(block('rsyslog'), { dir, binary: `${recorder} ${dir}/broker` })
}

const message = (body: object): string => `<14>1 2026-01-27T14:12:23.9558Z qumulo-1 qumulo - - - ${JSON.stringify(body)}`
const operation = (name: string, protocol: string, status = 'ok') => message({ operation: name, protocol, status, user_ip: '192.0.2.7', path: '/a' })

describe('docs/qumulo-broker.md', { timeout: 60_000 }, () => {
  test('its rsyslog file pleases rsyslogd -N1', { skip: skipWithoutRsyslogd }, (t) => {
    const { code, messages } = checkConfiguration(temporaryFolder(t), bothFrom(temporaryFolder(t), 5514))
    assert.equal(code, 0, messages)
    assert.deepEqual(messages.split('\n').filter((line) => !/config validation run|^$/.test(line)), [])
  })

  test('through it naslog gets everything, as it came, and Broker what its filter lets through', { skip: skipWithoutRsyslogd }, async (t) => {
    const dir = temporaryFolder(t)
    const port = await freePort()
    const rsyslogd = await startRsyslogd({ config: bothFrom(dir, port), dir, readyPort: port })
    t.after(() => rsyslogd.stop('KILL'))
    const forBoth = [operation('fs_delete', 'smb2'), operation('fs_list_directory', 'smb2', 'fs_access_denied_error')]
    const forNaslog = [operation('fs_delete', 'nfs3'), operation('fs_list_directory', 'smb2'), message({}).replace('{}', '192.0.2.7,"bob",smb2,fs_delete,ok,1,"/a",""')]
    await sendTcp(port, [...forBoth, ...forNaslog])
    const naslog = await waitForLines(join(dir, 'naslog'), 5)
    assert.deepEqual(naslog.map((line) => (JSON.parse(line) as { raw: string }).raw).sort(), [...forBoth, ...forNaslog].sort())
    const broker = await waitForLines(join(dir, 'broker'), 2)
    assert.equal(broker.length, 2)
    for (const text of ['"fs_delete"', '"fs_access_denied_error"']) assert.ok(broker.some((line) => line.includes(text) && line.includes(' qumulo-1 qumulo')), text)
  })

  test('its configuration is one that naslog takes', () => {
    const { destinations } = configuration.parse(parse(block('yaml')))
    assert.deepEqual(destinations.map(({ name }) => name), ['everything', 'as-broker'])
  })
})
