// What rsyslog delivered live has the same ids when it is replayed from the archive that the drop-in can keep.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { rsyslogFolder, startShipped, upTo } from '../omprog/support.ts'
import { linesOf } from '../support/lines.ts'
import { makeSite, naslog, rawOf } from '../support/omprog.ts'
import { freePort, sendTcp, skipWithoutRsyslogd } from '../support/rsyslogd.ts'

const idsOf = (records: readonly string[]): string[] => records.map((record) => (JSON.parse(record) as { event: { id: string } }).event.id).sort()

test('replay of the archive: the same ids as live, for equal lines as well', { skip: skipWithoutRsyslogd, timeout: 60_000 }, async (t) => {
  const site = makeSite(t)
  const port = await freePort()
  const archive = join(rsyslogFolder(site), 'naslog.raw.log')
  const rsyslogd = await startShipped(t, site, { name: 'qnap-qumulo.conf', port, change: (text) => text.replace('#action(type="omfile"', 'action(type="omfile"') })
  const numbers = upTo(200)
  // Every message twice, in one second: equal lines that are two events.
  await sendTcp(port, [...numbers, ...numbers].map((number) => rawOf(number)))
  for (const deadline = Date.now() + 20_000; linesOf(site.events).length < 400 && Date.now() < deadline; ) await sleep(50)
  assert.equal(await rsyslogd.stop(), 0)

  const live = idsOf(linesOf(site.events))
  const replayed = execFileSync(naslog, ['replay', '--quiet', archive], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  assert.equal(live.length, 400)
  assert.equal(new Set(live).size, 400)
  assert.deepEqual(idsOf(replayed.trimEnd().split('\n')), live)
})
