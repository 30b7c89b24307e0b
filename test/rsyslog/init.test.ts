import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { configuration } from '../../src/config/schema.ts'
import { init } from '../../src/modes/init.ts'
import { defaultAnswers, shipped, validateAnswers, type DropInAnswers } from '../../src/rsyslog/answers.ts'
import { renderFiles } from '../../src/rsyslog/files.ts'
import { withIo } from '../cli/fake-io.ts'
import { temporaryFolder } from './support.ts'

const run = (answers: DropInAnswers, directory: string, timezone?: string) =>
  withIo(async (io) => init({ answers, directory, ...(timezone !== undefined && { timezone }) }, io), {})

const filesOf = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => entry.name).sort()

test('writes the drop-in, the configuration and the logrotate snippet, and the next steps in three lines', async (t) => {
  const directory = temporaryFolder(t)
  const { code, stdout, stderr } = await run(defaultAnswers('both'), directory)
  assert.equal(code, 0)
  assert.equal(stderr, '')
  assert.deepEqual(filesOf(directory), ['30-naslog.conf', 'naslog', 'naslog.yaml'])
  assert.equal(readFileSync(join(directory, 'etc/rsyslog.d/30-naslog.conf'), 'utf8'), readFileSync('rsyslog/qnap-qumulo.conf', 'utf8'))
  assert.equal(stdout.split('\n').filter((line) => /^[123]\. /.test(line)).length, 3)
  assert.ok(stdout.includes(`cp -R ${directory}/. /`), stdout)
  for (const folder of ['var/log/naslog', 'var/spool/naslog']) assert.equal(statSync(join(directory, folder)).mode & 0o777, 0o750)
})

test('names the package without which rsyslogd speaks no TLS', async (t) => {
  const answers: DropInAnswers = { ...defaultAnswers('qnap'), ports: { tls: 6514 }, tls: { certificate: '/c.pem', key: '/k.pem' } }
  const { stdout } = await run(answers, temporaryFolder(t))
  assert.match(stdout, /^2\. TLS needs the package rsyslog-gnutls .*rsyslogd -N1/m)
})

test('says whose the folders must be where rsyslogd gives up its rights', async (t) => {
  for (const setting of ['$PrivDropToUser syslog\n', 'global(privdrop.user.name="syslog")\n']) {
    const directory = temporaryFolder(t)
    mkdirSync(join(directory, 'etc'))
    writeFileSync(join(directory, 'etc/rsyslog.conf'), setting)
    const { stdout } = await run(defaultAnswers('qnap'), directory)
    assert.match(stdout, /rsyslogd runs as syslog: chown syslog \/var\/spool\/naslog \/var\/log\/naslog/)
  }
})

test('with mmexternal naslog writes nothing itself: no folders for it', async (t) => {
  const directory = temporaryFolder(t)
  const { stdout } = await run({ ...defaultAnswers('qnap'), mode: 'mmexternal' }, directory)
  assert.deepEqual(readdirSync(directory), ['etc'])
  assert.match(stdout, /\/var\/log\/naslog\*\.json$/m)
})

test('what cannot be written is told with its path, and nothing stays behind', async (t) => {
  const directory = temporaryFolder(t)
  mkdirSync(join(directory, 'etc'))
  writeFileSync(join(directory, 'etc/logrotate.d'), 'a file in the place of the folder')
  const { code, stdout, stderr } = await run(defaultAnswers('qnap'), directory)
  assert.equal(code, 1)
  assert.equal(stdout, '')
  assert.match(stderr, /^naslog: \S+\/etc\/logrotate\.d\/naslog: .*; nothing was written\n$/)
  assert.deepEqual(filesOf(directory), ['logrotate.d'])
})

test('touches nothing if one of the files exists', async (t) => {
  const directory = temporaryFolder(t)
  mkdirSync(join(directory, 'etc/naslog'), { recursive: true })
  writeFileSync(join(directory, 'etc/naslog/naslog.yaml'), 'mine')
  const { code, stderr } = await run(defaultAnswers('qnap'), directory)
  assert.equal(code, 1)
  assert.match(stderr, /naslog\.yaml exists; nothing was written/)
  assert.deepEqual(filesOf(directory), ['naslog.yaml'])
  assert.equal(readFileSync(join(directory, 'etc/naslog/naslog.yaml'), 'utf8'), 'mine')
})

test('leaves out modules that are loaded already, and tells of a small maxMessageSize', async (t) => {
  const directory = temporaryFolder(t)
  mkdirSync(join(directory, 'etc'), { recursive: true })
  writeFileSync(join(directory, 'etc/rsyslog.conf'), 'global(maxMessageSize="64k")\nmodule(load="imtcp")\n$ModLoad imudp.so\n')
  const { code, stderr } = await run(defaultAnswers('both'), directory)
  assert.equal(code, 0)
  assert.match(stderr, /rsyslog\.conf sets a smaller maxMessageSize/)
  const text = readFileSync(join(directory, 'etc/rsyslog.d/30-naslog.conf'), 'utf8')
  assert.match(text, /^#module\(load="imtcp"\)/m)
  assert.match(text, /^#module\(load="imudp"\)/m)
  assert.match(text, /^module\(load="omprog"\)/m)
})

test('the configuration is one that naslog takes; no two clusters share a file', () => {
  for (const answers of Object.values(shipped)) {
    const files = renderFiles(answers, '+02:00')
    assert.equal(new Set(files.map(({ path }) => path)).size, files.length)
    const configurations = files.filter(({ path }) => path.endsWith('.yaml')).map(({ text }) => configuration.parse(parse(text)))
    assert.ok(configurations.every(({ timezone }) => timezone.default === '+02:00'))
    assert.equal(new Set(configurations.map(({ journal, dead_letters, destinations }) => JSON.stringify([journal.directory, dead_letters, destinations]))).size, configurations.length)
  }
})

const hasLogrotate = spawnSync('logrotate', ['--version']).status === 0

test('logrotate takes the snippet', { skip: !hasLogrotate && 'logrotate is not installed' }, (t) => {
  const directory = temporaryFolder(t)
  for (const [index, answers] of Object.values(shipped).entries()) {
    const file = join(directory, String(index))
    writeFileSync(file, renderFiles(answers, 'UTC').at(-1)!.text)
    chmodSync(file, 0o644)
    const { status, stderr } = spawnSync('logrotate', ['--debug', '--state', join(directory, 'state'), file], { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    assert.doesNotMatch(stderr, /^error/m)
  }
})

const base = defaultAnswers('both')
const wrong: readonly [string, DropInAnswers, RegExp][] = [
  ['relative binary', { ...base, binary: 'naslog' }, /^binary: expected an absolute path/],
  ['blank in a path', { ...base, config: '/etc/nas log.yaml' }, /^config: expected/],
  ['quote in a path', { ...base, binary: '/x" reportFailures="off' }, /^binary: expected/],
  ['line feed in a path', { ...base, binary: '/x\n*.* stop' }, /^binary: expected/],
  ['line feed at the end', { ...base, binary: '/x\n' }, /^binary: expected/],
  ['port 0', { ...base, ports: { tcp: 0 } }, /^tcp port: expected 1 to 65535, found 0/],
  ['port 65536', { ...base, ports: { udp: 65_536 } }, /^udp port/],
  ['half a port', { ...base, ports: { udp: 5.5 } }, /^udp port/],
  ['no port', { ...base, ports: {} }, /^ports: expected at least one/],
  ['TLS without a certificate', { ...base, ports: { tls: 6514 } }, /^tls: expected a certificate/],
  ['one port for two', { ...base, ports: { tcp: 1, tls: 1 }, tls: { certificate: '/c', key: '/k' } }, /^port 1: expected different/],
  ['quote in the key file', { ...base, ports: { tls: 1 }, tls: { certificate: '/c', key: '/k"' } }, /^tls key/],
  ['disk space', { ...base, queueDiskSpace: '2g"' }, /^queue disk space/],
  ['clusters of QNAP', { ...base, clusters: [{ name: 'a', tcp: 1 }] }, /^clusters: expected the vendor qumulo/],
  ['cluster name', { ...base, vendor: 'qumulo', clusters: [{ name: '../a', tcp: 1 }] }, /^cluster name/],
  ['two clusters on one port', { ...base, vendor: 'qumulo', clusters: [{ name: 'a', tcp: 1 }, { name: 'b', tcp: 1 }] }, /^clusters: expected a name and a port/],
]

for (const [name, answers, message] of wrong) {
  test(`refuses ${name}`, () => assert.throws(() => validateAnswers(answers), { name: 'AnswerError', message }))
}

test('a wrong answer is a usage error, and nothing is written', async (t) => {
  const directory = temporaryFolder(t)
  assert.equal((await run({ ...base, binary: 'x' }, directory)).code, 2)
  assert.equal((await run(base, directory, 'Europe/Rome"\nx: 1')).code, 2)
  assert.equal((await run(base, directory, 'Europe/Roma')).code, 2)
  assert.deepEqual(filesOf(directory), [])
})
