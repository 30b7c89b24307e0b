import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from '../rsyslog/support.ts'
import { linesOf } from '../support/lines.ts'
import { arrivedIn, faultsOf, makeSite, Omprog, repeatsOf, Sender } from '../support/omprog.ts'
import { freePort, skipWithoutRsyslogd, startRsyslogd, type Rsyslogd } from '../support/rsyslogd.ts'

const receiver = (file: string, port: number): string => `global(maxMessageSize="256k")
module(load="imrelp")
template(name="msg" type="string" string="%msg%\\n")
ruleset(name="all" queue.type="direct") { action(type="omfile" file="${file}" template="msg") }
input(type="imrelp" address="127.0.0.1" port="${port}" ruleset="all")
`

test('omprog over RELP to a real rsyslogd, both killed under load: nothing acknowledged is lost', { skip: skipWithoutRsyslogd, timeout: 120_000 }, async (t) => {
  const dir = temporaryFolder(t)
  const port = await freePort()
  const file = join(dir, 'received')
  mkdirSync(join(dir, 'central'))
  const start = async (): Promise<Rsyslogd> => startRsyslogd({ config: receiver(file, port), dir: join(dir, 'central'), readyPort: port })
  let central = await start()
  t.after(() => central.stop('KILL'))
  const site = makeSite(t, { destination: { type: 'relp', host: '127.0.0.1', port, path: undefined, timeout: '2s' } })

  const sender = new Sender()
  let program = new Omprog(t, site)
  assert.ok(await program.ready())
  for (let round = 0; round < 3; round++) {
    await sender.send(program, 300)
    await central.stop('KILL')
    await sender.send(program, 300)
    for (let tries = 0; tries < 500 && !/trying again, the journal keeps the lines/.test(program.stderr); tries++) await sleep(20)
    assert.match(program.stderr, /trying again, the journal keeps the lines/)
    if (round === 1) {
      program.kill()
      await program.ended()
      program = new Omprog(t, site)
      assert.ok(await program.ready())
    }
    central = await start()
    await sender.send(program, 300)
    await sleep(200)
  }
  assert.equal((await program.end()).code, 0, program.stderr)
  const arrived = arrivedIn(file)
  assert.deepEqual(faultsOf(arrived, sender.acknowledged), [], program.stderr)
  assert.equal(sender.acknowledged.size, 2700)
  assert.deepEqual(linesOf(join(site.dir, 'dead-letters.jsonl')), [])
  t.diagnostic(`${sender.acknowledged.size} acknowledged, ${repeatsOf(arrived)} repeats`)
})
