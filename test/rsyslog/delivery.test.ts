import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultAnswers } from '../../src/rsyslog/answers.ts'
import { renderDropIn } from '../../src/rsyslog/render.ts'
import { makeCertificates } from '../destinations/certificates.ts'
import { waitForLines } from '../support/lines.ts'
import { freePort, rewriteDropIn, sendTcp, sendTls, sendUdp, skipWithoutRsyslogd, startRsyslogd, type Rsyslogd } from '../support/rsyslogd.ts'
import { enricher, makeCertificate, recorder, temporaryFolder } from './support.ts'

/** What is sent, and what rsyslogd 8.2302 makes of it behind `"ip":"127.0.0.1", `. */
const messages: readonly { name: string; sent: string; host: string; pri: string; raw?: string }[] = [
  {
    name: 'plain',
    sent: '<30>Jun  9 10:20:15 NAS8E49A8 qulogd[29981]: conn log: Users: bob, Source IP: 192.0.2.7, Action: Login OK',
    host: 'NAS8E49A8',
    pri: '30',
  },
  {
    name: 'quote, backslash and slash',
    sent: '<30>Jun  9 10:20:15 NAS qulogd[1]: event log: Users: a"b\\c, Content: x/y',
    host: 'NAS',
    pri: '30',
    raw: '<30>Jun  9 10:20:15 NAS qulogd[1]: event log: Users: a\\"b\\\\c, Content: x\\/y',
  },
  {
    name: 'control characters',
    sent: '<30>Jun  9 10:20:15 NAS qulogd[1]: tab\there cr\rx esc\x1b del\x7f nul\0z',
    host: 'NAS',
    pri: '30',
    raw: '<30>Jun  9 10:20:15 NAS qulogd[1]: tab#011here cr#015x esc#033 del\x7f nul#000z',
  },
  { name: 'UTF-8', sent: '<30>Jun  9 10:20:15 NAS qulogd[1]: \xc3\xa9 \xe2\x80\xa8 \xf0\x9f\x98\x80', host: 'NAS', pri: '30' },
  { name: 'bytes that are not UTF-8', sent: '<30>Jun  9 10:20:15 NAS qulogd[1]: bad \xff\xe9 end', host: 'NAS', pri: '30' },
  {
    name: 'structured data',
    sent: '<30>1 2026-06-28T19:39:06.466+01:00 host-example qulogd: 19683 - [QuLog@Access user="a\\"l\\]b" x="" ] Administration',
    host: 'host-example',
    pri: '30',
    raw: '<30>1 2026-06-28T19:39:06.466+01:00 host-example qulogd: 19683 - [QuLog@Access user=\\"a\\\\\\"l\\\\]b\\" x=\\"\\" ] Administration',
  },
  { name: 'no PRI', sent: 'no pri here', host: 'no', pri: '13' },
  { name: 'a PRI that does not exist', sent: '<999>Jun  9 10:20:15 NAS q: x', host: 'localhost', pri: 'invld' },
]

const RECEIVED = /^\{"rcv":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d",/

function assertRecorded(lines: readonly string[]): void {
  assert.equal(lines.length, messages.length)
  for (const { name, sent, host, pri, raw = sent } of messages) {
    const expected = `"ip":"127.0.0.1","host":"${host}","pri":"${pri}","raw":"${raw}"}`
    const line = lines.find((each) => each.endsWith(`"raw":"${raw}"}`)) ?? ''
    assert.match(line, RECEIVED, name)
    // rsyslog's own idea of its name, where the header has none.
    const told = line.replace(RECEIVED, '')
    assert.equal(pri === 'invld' ? told.replace(/"host":"[^"]*"/, '"host":"localhost"') : told, expected, name)
  }
}

const sent = messages.map((message) => Buffer.from(message.sent, 'latin1'))

async function start(t: TestContext, dropIn: string, port: number, dir: string, listens: number): Promise<Rsyslogd> {
  const text = readFileSync(`rsyslog/${dropIn}`, 'utf8')
  const config = rewriteDropIn(text, { dir, binary: `${recorder} ${dir}/recorded`, ports: new Map([[listens, port]]) })
  const rsyslogd = await startRsyslogd({ config, dir, readyPort: port })
  t.after(() => rsyslogd.stop('KILL'))
  return rsyslogd
}

/** Waits until the files of the disk queue have not grown for a second: on a busy machine rsyslogd may pause. It renames them (naslog.qi.tmp) while we look. */
async function spilled(spool: string): Promise<void> {
  const bytes = (name: string): number => statSync(join(spool, name), { throwIfNoEntry: false })?.size ?? 0
  const size = (): number => readdirSync(spool).reduce((sum, name) => sum + bytes(name), 0)
  let before = 0
  for (let rounds = 0, steady = 0; rounds < 60 && steady < 4; rounds++) {
    await sleep(250)
    const now = size()
    steady = now > 0 && now === before ? steady + 1 : 0
    before = now
  }
}

describe('messages through rsyslogd and the shipped drop-ins', { skip: skipWithoutRsyslogd, timeout: 120_000 }, () => {
  test('over TCP', async (t) => {
    const dir = temporaryFolder(t)
    const port = await freePort()
    const rsyslogd = await start(t, 'qnap-qumulo.conf', port, dir, 514)
    await sendTcp(port, sent)
    assertRecorded(await waitForLines(join(dir, 'recorded'), messages.length))
    assert.equal(await rsyslogd.stop(), 0)
    assert.equal(rsyslogd.stderr(), '')
  })

  test('over TCP with octet counts, a line feed inside, and 190 kB', async (t) => {
    const dir = temporaryFolder(t)
    const port = await freePort()
    await start(t, 'qumulo.conf', port, dir, 514)
    const long = `<14>1 2026-01-27T14:12:23.9558Z c-1 qumulo - - - ${'x'.repeat(190_000)}`
    const counted = ['<30>Jun  9 10:20:15 NAS q: a\nb', long].map((text) => `${text.length} ${text}`)
    await sendTcp(port, [counted.join('')])
    const lines = await waitForLines(join(dir, 'recorded'), 2)
    const raw = lines.map((line) => /"raw":"(.*)"\}$/.exec(line)?.[1])
    assert.equal(raw[0], '<30>Jun  9 10:20:15 NAS q: a#012b')
    assert.ok(raw[1] === long, `${raw[1]?.length} characters arrived`)
  })

  test('over UDP', async (t) => {
    const dir = temporaryFolder(t)
    const port = await freePort()
    await start(t, 'qnap.conf', port, dir, 514)
    await sendUdp(port, sent)
    assertRecorded(await waitForLines(join(dir, 'recorded'), messages.length))
  })

  test('over TLS', async (t) => {
    const dir = temporaryFolder(t)
    makeCertificate(dir)
    const port = await freePort()
    await start(t, 'qnap-tls.conf', port, dir, 6514)
    await sendTls(port, sent)
    assertRecorded(await waitForLines(join(dir, 'recorded'), messages.length))
  })

  test('over TLS with an authority: only clients with a certificate of it are heard', async (t) => {
    const dir = temporaryFolder(t)
    const { ca, server, client, stranger } = makeCertificates(dir)
    const port = await freePort()
    const answers = { ...defaultAnswers('qnap'), ports: { tls: port }, tls: { certificate: server.cert, key: server.key, authority: ca } }
    const config = rewriteDropIn(renderDropIn(answers), { dir, binary: `${recorder} ${dir}/recorded` })
    const rsyslogd = await startRsyslogd({ config, dir, readyPort: port })
    t.after(() => rsyslogd.stop('KILL'))
    const send = (name: string, pair?: { cert: string; key: string }): Promise<void> =>
      sendTls(port, [`<30>Jun  9 10:20:15 NAS q: ${name}`], pair && { cert: readFileSync(pair.cert), key: readFileSync(pair.key) }).catch(() => undefined)
    await send('nobody')
    await send('stranger', stranger)
    await send('client', client)
    const lines = await waitForLines(join(dir, 'recorded'), 1)
    assert.deepEqual(lines.map((line) => /q: (\w+)"\}$/.exec(line)?.[1]), ['client'])
    assert.match(rsyslogd.stderr(), /did not provide a certificate/)
    assert.match(rsyslogd.stderr(), /certificate invalid: signer not found/)
  })

  test('a queue that was saved at a stop is delivered after the restart, each line once', async (t) => {
    const dir = temporaryFolder(t)
    const port = await freePort()
    const recorded = join(dir, 'recorded')
    const lines = Array.from({ length: 3000 }, (_, index) => `<30>Jun  9 10:20:15 NAS q: m${index}`)
    writeFileSync(`${recorded}.refuse`, '')
    const first = await start(t, 'qnap.conf', port, dir, 514)
    await sendTcp(port, lines)
    await sleep(500)
    assert.equal(await first.stop(), 0)
    rmSync(`${recorded}.refuse`)
    await start(t, 'qnap.conf', port, dir, 514)
    const got = await waitForLines(recorded, lines.length - 1, 20_000)
    const numbers = new Set(got.map((line) => /m(\d+)"\}$/.exec(line)?.[1]))
    assert.equal(numbers.size, got.length, 'a line came twice')
    // rsyslogd 8.2302 itself drops the one line that is refused at the moment of the stop.
    assert.ok(got.length >= lines.length - 1, `${lines.length - got.length} lines lost`)
  })

  test('kill -9 of rsyslogd costs no more than the low watermark, once the queue is on disk', async (t) => {
    const dir = temporaryFolder(t)
    const port = await freePort()
    const recorded = join(dir, 'recorded')
    const count = 25_000
    writeFileSync(`${recorded}.refuse`, '')
    const first = await start(t, 'qnap.conf', port, dir, 514)
    await sendTcp(port, Array.from({ length: count }, (_, index) => `<30>Jun  9 10:20:15 NAS q: m${index}`))
    await spilled(join(dir, 'spool'))
    await first.stop('KILL')
    rmSync(`${recorded}.refuse`)
    await start(t, 'qnap.conf', port, dir, 514)
    // The one in flight is lost, too.
    const got = await waitForLines(recorded, count - 1001, 20_000)
    assert.ok(got.length >= count - 1001, `${count - got.length} of ${count} lines lost`)
  })

  test('mmexternal: the record becomes the output; what the program died over goes to a file of its own', async (t) => {
    const dir = temporaryFolder(t)
    const port = await freePort()
    const text = readFileSync('rsyslog/mmexternal.conf', 'utf8')
    const config = rewriteDropIn(text, { dir, binary: enricher, ports: new Map([[514, port]]) })
    const rsyslogd = await startRsyslogd({ config, dir, readyPort: port })
    t.after(() => rsyslogd.stop('KILL'))
    await sendTcp(port, ['<30>Jun  9 10:20:15 NAS q: one "1"', '<30>Jun  9 10:20:15 NAS q: die'])
    // A message that is written before rsyslogd has noticed the death would go the same way.
    await waitForLines(join(dir, 'naslog.missed.log'), 1)
    await sendTcp(port, ['<30>Jun  9 10:20:15 NAS q: two'])
    const records = await waitForLines(join(dir, 'naslog.json'), 2)
    assert.deepEqual(records.map((line) => JSON.parse(line)), [
      { ecs: { version: '9.4.0' }, message: '<30>Jun  9 10:20:15 NAS q: one "1"' },
      { ecs: { version: '9.4.0' }, message: '<30>Jun  9 10:20:15 NAS q: two' },
    ])
    const missed = await waitForLines(join(dir, 'naslog.missed.log'), 1)
    assert.equal(missed.length, 1)
    assert.ok(missed[0]!.endsWith('"raw":"<30>Jun  9 10:20:15 NAS q: die"}'))
  })

  test('SIGHUP reaches the program without ending it, and only one program runs', async (t) => {
    const dir = temporaryFolder(t)
    const port = await freePort()
    const rsyslogd = await start(t, 'qnap.conf', port, dir, 514)
    await sendTcp(port, ['<30>Jun  9 10:20:15 NAS q: before'])
    await waitForLines(join(dir, 'recorded'), 1)
    const before = rsyslogd.programs()
    rsyslogd.reload()
    await sleep(200)
    await sendTcp(port, ['<30>Jun  9 10:20:15 NAS q: after'])
    assert.equal((await waitForLines(join(dir, 'recorded'), 2)).length, 2)
    assert.equal(before.length, 1)
    assert.deepEqual(rsyslogd.programs(), before)
  })
})
