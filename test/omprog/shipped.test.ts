// The shipped drop-ins under a real rsyslogd, with naslog as their program.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, renameSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeCertificate } from '../rsyslog/support.ts'
import { linesOf } from '../support/lines.ts'
import { arrivedIn, makeSite, naslog, rawOf } from '../support/omprog.ts'
import { freePort, sendTcp, sendTls, sendUdp, skipWithoutRsyslogd, startRsyslogd, rewriteDropIn } from '../support/rsyslogd.ts'
import { arrivalOf, faultsOfOnce, rsyslogFolder, startShipped, upTo } from './support.ts'

/** Messages whose user is `m` and the number. Sources: Elastic integrations PR 20902 (QuLog), Qumulo documentation. */
function structured(number: number): string {
  return `<30>1 2026-06-28T19:39:06.466+01:00 host-example qulogd: 19683 - [QuLog@Access mac="00-00-5E-00-53-23" ip="192.0.2.10" user="m${number}" source="example-source" computer="---" application="---" action="512" action_result="0" service="1024" extra_data="" client_id="" client_app="Web Desktop" client_agent=""] Administration`
}
function qumulo(number: number): string {
  return `<14>1 2026-01-27T14:12:23.9558Z cluster-1 qumulo - - - 10.220.151.129,"m${number}",smb2,fs_create_file,ok,140624751830626345080086044861,"/data/file.txt",""`
}
function counted(text: string): string {
  return `${text.length} ${text}`
}

const ways: readonly { name: string; dropIn: string; listens: number; send: typeof sendTcp; message: (number: number) => string; envelope: string; join?: string }[] = [
  { name: 'QNAP, RFC 3164 over TCP', dropIn: 'qnap.conf', listens: 514, send: sendTcp, message: rawOf, envelope: 'rfc3164' },
  { name: 'QNAP, RFC 3164 over UDP', dropIn: 'qnap.conf', listens: 514, send: sendUdp, message: rawOf, envelope: 'rfc3164' },
  { name: 'QNAP, RFC 5424 with structured data over TLS', dropIn: 'qnap-tls.conf', listens: 6514, send: sendTls, message: structured, envelope: 'rfc5424' },
  { name: 'QNAP, RFC 5424 with structured data over TCP', dropIn: 'qnap-qumulo.conf', listens: 514, send: sendTcp, message: structured, envelope: 'rfc5424' },
  { name: 'Qumulo, RFC 5424 over TCP', dropIn: 'qnap-qumulo.conf', listens: 514, send: sendTcp, message: qumulo, envelope: 'rfc5424' },
  {
    name: 'Qumulo, RFC 5424 over TCP with octet counts', dropIn: 'qumulo.conf', listens: 514, message: qumulo, envelope: 'rfc5424',
    send: (port, lines) => sendTcp(port, [lines.map((line) => counted(String(line))).join('')]),
  },
]

describe('shipped drop-ins with naslog', { skip: skipWithoutRsyslogd, concurrency: 2 }, () => {
  for (const { name, dropIn, listens, send, message, envelope } of ways) {
    test(`${name}: every message is an event, once`, { timeout: 60_000 }, async (t) => {
      const site = makeSite(t)
      makeCertificate(rsyslogFolder(site))
      const port = await freePort()
      const rsyslogd = await startShipped(t, site, { name: dropIn, listens, port })
      const numbers = upTo(send === sendUdp ? 100 : 400)
      await send(port, numbers.map(message))
      await arrivalOf(site, numbers)
      assert.equal(await rsyslogd.stop(), 0)
      assert.deepEqual(faultsOfOnce(arrivedIn(site.events), numbers), [])
      const first = JSON.parse(linesOf(site.events)[0]!)
      assert.equal(first.naslog.envelope, envelope)
      assert.equal(first.event.kind, 'event')
      // The harness knocks without TLS to see whether it listens.
      if (send !== sendTls) assert.equal(rsyslogd.stderr(), '')
      assert.deepEqual(linesOf(join(rsyslogFolder(site), 'naslog.log')), [])
    })
  }

  test('lines seen in public, of both vendors: a record each', async (t) => {
    const site = makeSite(t)
    const port = await freePort()
    const rsyslogd = await startShipped(t, site, { name: 'qnap-qumulo.conf', port })
    const lines = ['qnap', 'qumulo'].flatMap((vendor) =>
      readFileSync(`test/fixtures/samples/${vendor}.log`, 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('##')),
    )
    // A line that begins with a digit is taken for an octet count where senders use both framings; a PRI keeps it whole.
    await sendTcp(port, lines.map((line) => (/^\d/.test(line) ? `<13>${line}` : line)))
    for (const deadline = Date.now() + 10_000; linesOf(site.events).length < lines.length && Date.now() < deadline; ) await sleep(50)
    assert.equal(await rsyslogd.stop(), 0)
    const arrived = arrivedIn(site.events)
    assert.deepEqual(arrived.broken, [])
    assert.equal(arrived.lines, lines.length)
  })

  test('a destination that stands still, and a rotated file: logrotate and SIGHUP to rsyslogd', async (t) => {
    const site = makeSite(t)
    const port = await freePort()
    const rsyslogd = await startShipped(t, site, { name: 'qnap.conf', port })
    await sendTcp(port, upTo(200).map((number) => rawOf(number)))
    await arrivalOf(site, upTo(200))
    renameSync(site.events, `${site.events}.1`)
    mkdirSync(site.events)
    await sendTcp(port, upTo(200).map((number) => rawOf(200 + number)))
    await sleep(500)
    rmdirSync(site.events)
    rsyslogd.reload()
    await arrivalOf(site, upTo(200).map((number) => 200 + number))
    const [program] = rsyslogd.programs()
    assert.equal(await rsyslogd.stop(), 0)
    assert.throws(() => process.kill(program!, 0), { code: 'ESRCH' })
    assert.deepEqual(faultsOfOnce(arrivedIn(site.events, `${site.events}.1`), upTo(400)), [])
    assert.match(linesOf(join(rsyslogFolder(site), 'naslog.log')).join('\n'), /this needs a person.*\n.*delivering again/)
  })

  test('mmexternal: records in the file; a program that is killed: what it had goes to the missed log, and the next message has a new one', async (t) => {
    const site = makeSite(t)
    const dir = rsyslogFolder(site)
    const port = await freePort()
    const text = readFileSync('rsyslog/mmexternal.conf', 'utf8')
    const config = rewriteDropIn(text, { dir, binary: `${naslog} mmexternal --config ${site.config}`, ports: new Map([[514, port]]) })
    const rsyslogd = await startRsyslogd({ config, dir, readyPort: port })
    t.after(() => rsyslogd.stop('KILL'))
    const records = join(dir, 'naslog.json')
    const missed = join(dir, 'naslog.missed.log')
    const settled = async (count: number): Promise<void> => {
      for (const deadline = Date.now() + 15_000; linesOf(records).length + linesOf(missed).length < count && Date.now() < deadline; ) await sleep(30)
    }
    await sendTcp(port, upTo(500).map((number) => rawOf(number)))
    await settled(500)
    assert.deepEqual(faultsOfOnce(arrivedIn(records), upTo(500)), [])
    let sent = 500
    for (let round = 1; round <= 3; round++) {
      const [program] = rsyslogd.programs()
      process.kill(program!, 'SIGKILL')
      await sendTcp(port, upTo(100).map((number) => rawOf(sent + number)))
      sent += 100
      await settled(sent)
      // rsyslogd suspends the action for a second, and starts the program again for the next message.
      for (; rsyslogd.programs().length === 0 && sent < 1000; await sleep(300)) await sendTcp(port, [rawOf(sent++)])
    }
    await settled(sent)
    rsyslogd.reload()
    const lost = linesOf(missed).length
    const arrived = arrivedIn(records)
    assert.equal(arrived.lines + lost, sent)
    assert.deepEqual(arrived.broken, [])
    assert.equal(rsyslogd.programs().length, 1)
    assert.equal(await rsyslogd.stop(), 0)
    t.diagnostic(`3 kills: ${lost} of ${sent} messages passed on without a record, into the missed log; the program came back each time`)
  })
})
