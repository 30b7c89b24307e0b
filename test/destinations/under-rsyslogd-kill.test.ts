// kill -9 of naslog while it delivers, and of rsyslogd at the end: what was acknowledged is delivered, and a repeat has the same id.
import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { childrenOf, commandFor } from '../omprog/support.ts'
import { linesOf } from '../support/lines.ts'
import { rawOf } from '../support/omprog.ts'
import { sendTcp, skipWithoutRsyslogd, type Rsyslogd } from '../support/rsyslogd.ts'
import { lettersOf, makeWorld, numbersBelow, scale, tell, timeout, until } from './under-rsyslogd.ts'

const tap = resolve('test/support/tap.mjs')

/** Kills the naslog that runs under the tap of a rsyslogd; false if there is none at the moment. */
function killProgram({ pid }: Rsyslogd): boolean {
  const [of] = childrenOf(pid)
  const [naslog] = of === undefined ? [] : childrenOf(of)
  try {
    return naslog !== undefined && process.kill(naslog, 'SIGKILL')
  } catch {
    // It has ended since: its rsyslogd has crashed.
    return false
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

describe('under rsyslogd: kill -9 of naslog at random while it delivers, at last of rsyslogd', { skip: skipWithoutRsyslogd, concurrency: 2 }, () => {
  for (const in_flight of [1, 4]) test(`${in_flight} requests at once`, { timeout }, (t) => run(t, in_flight))
})

async function run(t: TestContext, in_flight: number): Promise<void> {
  const notesOf = (dir: string): string => join(dir, 'acknowledged')
  const world = await makeWorld(t, ['elasticsearch', 'splunk', 'http'], {
    more: { batch: { records: 20 }, in_flight },
    command: (site) => `${tap} ${notesOf(site.dir)} 0 ${commandFor(site)}`,
  })
  const { site, targets, file, port } = world
  for (const target of targets) {
    target.poisoned = (number) => number % 500 === 77
    let count = 0
    // Sometimes the answer is lost as well: then naslog cannot know whether the records were taken.
    await target.up((request) => (count++ % 20 === 15 ? 'half-close' : target.serve(request)))
  }

  let { rsyslogd } = world
  let crashes = 0
  let sent = 0
  let running = true
  t.after(() => (running = false))
  const sending = (async () => {
    while (running) {
      await sleep(60)
      // What waits in rsyslogd goes with it in the end.
      if (sent - linesOf(notesOf(site.dir)).length > 500) continue
      const batch = numbersBelow(25).map((number) => rawOf(sent + number))
      try {
        await sendTcp(port, batch)
      } catch {
        // rsyslogd 8.2302 may crash in omprog.so when its program dies (test/omprog/chaos.test.ts).
        if ((await rsyslogd.stop('KILL')) === 'SIGSEGV') crashes++
        rsyslogd = await world.restart()
      }
      // Not sent once more after a crash: some of them may have arrived, and would be other messages.
      sent += batch.length
    }
  })()
  sending.catch(() => undefined)

  const kills = 4 * scale
  let killed = 0
  let noted = 0
  while (killed < kills) {
    // A start takes more than a second under rsyslogd; it is the delivery that is to be hit.
    await until('an acknowledgement', () => sizeOf(notesOf(site.dir)) > noted)
    await sleep(Math.random() * 1000)
    if (killProgram(rsyslogd)) killed++
    noted = sizeOf(notesOf(site.dir))
  }
  await sleep(300)
  running = false
  await sending
  await rsyslogd.stop('KILL')
  const acknowledged = new Set(linesOf(notesOf(site.dir)).map(Number))

  // The next naslog takes over the journal that the others have left. rsyslogd starts it with the first message.
  await world.restart()
  await sendTcp(port, [rawOf(sent)])
  acknowledged.add(sent)
  const wanted = [...acknowledged].filter((number) => !targets[0]!.poisoned(number))
  const missing = (): number[] => [...file.readOn().missing(acknowledged), ...targets.flatMap(({ ledger }) => ledger.missing(wanted))]
  await until('what was acknowledged, everywhere', () => missing().length === 0).catch(() => assert.deepEqual(missing(), [], 'acknowledged, and not there'))

  world.identities.check()
  const poisoned = [...acknowledged].filter(targets[0]!.poisoned)
  for (const target of targets) {
    const dead = new Set(lettersOf(site, target).map(({ number }) => number))
    assert.deepEqual(poisoned.filter((number) => !dead.has(number)), [], `${target.kind}: acknowledged and poisoned, and no dead letter`)
    assert.ok([...dead].every(target.poisoned), `${target.kind}: a dead letter that is not poisoned`)
  }
  assert.equal(targets[0]!.ledger.repeats, 0, 'Elasticsearch has a message twice')
  t.diagnostic(`${killed} kills of naslog, one of rsyslogd, which crashed ${crashes} times by itself; ${acknowledged.size} acknowledged, 0 of them lost; ${sent + 1 - acknowledged.size} more were in the memory of rsyslogd`)
  tell(t, world, sent + 1)
}
