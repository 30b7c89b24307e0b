// Kill, stop and restart everything under load. `npm run chaos` does it for longer: CHAOS_SCALE, 1 unless set, multiplies the messages,
// the kills and restarts, and the time for which naslog stands still.
import assert from 'node:assert/strict'
import { join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { linesOf } from '../support/lines.ts'
import { arrivedIn, faultsOf, makeSite, Omprog, rawOf, repeatsOf } from '../support/omprog.ts'
import { freePort, sendTcp, skipWithoutRsyslogd } from '../support/rsyslogd.ts'
import { arrivalOf, childrenOf, commandFor, faultsOfOnce, isRunning, rsyslogFolder, startShipped, until, upTo } from './support.ts'

const tap = resolve('test/support/tap.mjs')
const scale = Number(process.env['CHAOS_SCALE'] ?? 1)
/** How long each message takes, in ms, so that the queue is never empty. */
const DELAY = 1

interface Chaos {
  readonly name: string
  readonly messages: number
  /** SIGKILLs of naslog. */
  readonly kills: number
  /** Ends of rsyslogd, and the signal for it. */
  readonly restarts: number
  readonly signal: 'TERM' | 'KILL'
  /** True: naslog answers when rsyslogd is stopped, it was not killed just before. */
  readonly apart: boolean
  readonly change: (text: string) => string
}

/** Every message goes to a file before it counts as received. */
function pureDisk(text: string): string {
  return text
    .replace('queue.type="LinkedList"', 'queue.type="Disk"')
    .replace('queue.checkpointInterval="100"', 'queue.checkpointInterval="1"')
    .replace(/queue\.(high|low)Watermark="\d+"/g, '')
}

const asShipped = (text: string): string => text

const runs: readonly Chaos[] = [
  { name: 'SIGKILL of naslog, stop and start of rsyslogd, one at a time', messages: 4000 * scale, kills: 8 * scale, restarts: 3 * scale, signal: 'TERM', apart: true, change: asShipped },
  { name: 'SIGKILL of naslog, stop and start of rsyslogd, at once, too', messages: 2500 * scale, kills: 5 * scale, restarts: 2 * scale, signal: 'TERM', apart: false, change: asShipped },
  { name: 'SIGKILL of naslog and of rsyslogd with a pure disk queue', messages: 2500 * scale, kills: 3 * scale, restarts: 3 * scale, signal: 'KILL', apart: false, change: pureDisk },
]

describe('chaos', { skip: skipWithoutRsyslogd, concurrency: 2 }, () => {
  for (const { name, messages, kills, restarts, signal, apart, change } of runs) {
    test(name, { timeout: 120_000 * scale }, async (t) => {
      const site = makeSite(t)
      const notes = join(site.dir, 'acknowledged')
      const port = await freePort()
      const start = () => startShipped(t, site, { name: 'qnap.conf', port, command: `${tap} ${notes} ${DELAY} ${commandFor(site)}`, change })
      let rsyslogd = await start()
      let crashes = 0
      const restart = async (end: number | string): Promise<void> => {
        if (end === 'SIGSEGV') crashes++
        rsyslogd = await start()
      }
      let running = true
      t.after(() => (running = false))
      /** The taps whose naslog was killed: one for each kill. */
      const killed = new Set<number>()
      let spared = false
      const killer = (async () => {
        while (running && killed.size < kills) {
          await sleep(200 + Math.random() * 900)
          const { above, program } = programUnder(rsyslogd.pid)
          if (above !== undefined && program !== undefined && !spared && running && kill(program)) killed.add(above)
        }
      })()
      let sent = 0
      for (let part = 0; part <= restarts; part++) {
        const target = Math.round((messages * (part + 1)) / (restarts + 1))
        // A sender over TCP hears of no loss in the buffers between: it stops before rsyslogd does.
        while (sent < target) {
          const batch = upTo(Math.min(100, target - sent)).map((number) => rawOf(sent + number))
          try {
            await sendTcp(port, batch)
            sent += batch.length
          } catch {
            await restart(await rsyslogd.stop('KILL'))
          }
          await sleep(30)
        }
        await sleep(200)
        if (part === restarts) break
        spared = apart
        if (apart) {
          const answered = linesOf(notes).length
          await until('an answer', () => linesOf(notes).length > answered + 10 || new Set(linesOf(notes)).size === sent || !isRunning(rsyslogd.pid))
        }
        await restart(await rsyslogd.stop(signal))
        spared = false
      }
      // The kills go on until everything is there: a naslog that is killed behind the last message is not started again. After each
      // kill before an answer rsyslogd waits for 5 s (action.resumeInterval), so that nothing may move for long; without kills it goes on.
      let arrived = await arrivalOf(site, upTo(messages), 30_000 * scale)
      const killedBefore = killed.size
      running = false
      await killer
      if (arrived.ids.size < messages || killed.size > killedBefore) arrived = await arrivalOf(site, upTo(messages), 30_000 * scale)
      // A crash at the end is noticed by nobody else; what stands on the disk waits for the next rsyslogd.
      while (arrived.ids.size < messages && !isRunning(rsyslogd.pid) && crashes < kills) {
        await restart(await rsyslogd.stop('KILL'))
        arrived = await arrivalOf(site, upTo(messages), 30_000 * scale)
      }
      await rsyslogd.stop()
      // What was acknowledged last may stand in the journal of one that was killed: the next start delivers it.
      const heir = new Omprog(t, site)
      assert.ok(await heir.ready())
      await heir.end()
      const acknowledged = linesOf(notes).map(Number)
      const last = arrivedIn(site.events)
      assert.deepEqual(faultsOf(last, acknowledged), [])
      const lost = upTo(messages).filter((number) => !last.ids.has(number))
      t.diagnostic(
        `${messages} messages, ${killed.size} kills of naslog, ${restarts} × SIG${signal} of rsyslogd: ${new Set(acknowledged).size} acknowledged, 0 of them lost; ` +
          `${lost.length} lost by rsyslogd before, which crashed ${crashes} times; ${repeatsOf(last)} repeats`,
      )
      // rsyslogd itself loses at its end the one message that each of its two workers, of the queue in memory and of that on disk, is sending to
      // a naslog that is killed then. rsyslogd 8.2302 may also crash in omprog.so (SIGSEGV) when its program dies while it waits for an
      // answer, and loses then what it has in memory: that is counted, and no fault of naslog.
      if (crashes > 0) return
      const most = apart ? 0 : signal === 'TERM' ? 2 * restarts : restarts
      assert.ok(lost.length <= most, `rsyslogd lost ${lost.length}: ${lost.slice(0, 20).join(' ')}`)
      if (signal === 'KILL') return
      const holders = new Map(linesOf(`${notes}.given`).map((each) => each.split(' ').map(Number) as [message: number, tap: number]))
      const unexplained = lost.filter((number) => !killed.has(holders.get(number) ?? -1))
      assert.deepEqual(unexplained.slice(0, 20), [], `rsyslogd lost ${unexplained.length} messages that no killed naslog had`)
    })
  }

  test('a stop of rsyslogd while each message takes 50 ms: nothing is lost, nothing comes twice', async (t) => {
    const site = makeSite(t)
    const notes = join(site.dir, 'acknowledged')
    const port = await freePort()
    const start = (delay: number) => startShipped(t, site, { name: 'qnap.conf', port, command: `${tap} ${notes} ${delay} ${commandFor(site)}` })
    const numbers = upTo(400)
    const slow = await start(50)
    await sendTcp(port, numbers.map((number) => rawOf(number)))
    await until('some answers', () => linesOf(notes).length >= 20)
    assert.equal(await slow.stop(), 0)
    const before = arrivedIn(site.events).lines
    assert.ok(before < numbers.length)
    const quick = await start(0)
    await arrivalOf(site, numbers)
    assert.equal(await quick.stop(), 0)
    assert.deepEqual(faultsOfOnce(arrivedIn(site.events), numbers), [])
    t.diagnostic(`${before} of ${numbers.length} before the stop`)
  })

  test('a burst far beyond queue.size while naslog stands still: nothing is discarded', { timeout: 60_000 + 120_000 * scale }, async (t) => {
    const site = makeSite(t)
    const port = await freePort()
    const stats = `module(load="impstats" interval="1" format="json" log.syslog="off" log.file="${rsyslogFolder(site)}/stats.json")\n`
    const rsyslogd = await startShipped(t, site, {
      name: 'qnap.conf', port,
      change: (text) => stats + text.replace('queue.size="50000"', 'queue.size="2000"').replace('Watermark="20000"', 'Watermark="800"').replace('Watermark="1000"', 'Watermark="100"'),
    })
    await sendTcp(port, [rawOf(0)])
    await arrivalOf(site, [0])
    const count = 10_000 * scale
    const stopped = new Set<number>()
    // The worker of the disk queue starts a second one as soon as something is on disk, and one that is silent for confirmTimeout has a successor.
    const stopAll = (): void => {
      for (const program of rsyslogd.programs().filter((each) => !stopped.has(each))) {
        process.kill(program, 'SIGSTOP')
        stopped.add(program)
      }
    }
    stopAll()
    // rsyslogd may slow the sender down, to a line a second, for as long as naslog stands still.
    const sending = sendTcp(port, upTo(count).slice(1).map((number) => rawOf(number)))
    for (const end = Date.now() + 4000 * scale; Date.now() < end; await sleep(20)) stopAll()
    const before = arrivedIn(site.events).lines
    assert.ok(before < count / 2)
    for (const program of stopped) if (isRunning(program)) process.kill(program, 'SIGCONT')
    await sending
    const arrived = await arrivalOf(site, upTo(count), 60_000 * scale)
    const missing = upTo(count).filter((number) => !arrived.ids.has(number))
    assert.deepEqual(missing.slice(0, 20), [])
    const counters = (name: string): number[] => [...rsyslogd.stats().values()].filter((each) => name in each).map((each) => Number(each[name]))
    await until('newer counters', () => counters('enqueued').some((enqueued) => enqueued >= count))
    for (const name of ['discarded.full', 'discarded.nf']) assert.deepEqual(new Set(counters(name)), new Set([0]), name)
    assert.deepEqual(faultsOf(arrived, upTo(count)), [])
    t.diagnostic(`${count} messages for a queue of 2000, ${stopped.size} programs that stood still for ${4 * scale} s, ${before} lines before: 0 discarded, ${repeatsOf(arrived)} repeats`)
  })
})

/** Process ids of a tap under rsyslogd, and of the naslog under it. */
function programUnder(rsyslogd: number): { above: number | undefined; program: number | undefined } {
  const [above] = childrenOf(rsyslogd)
  return { above, program: above === undefined ? undefined : childrenOf(above)[0] }
}

/** False if it has gone already. */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}
