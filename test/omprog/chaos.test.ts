// Kill and restart everything under load. scripts/chaos.mjs runs it longer.
import assert from 'node:assert/strict'
import { join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { arrivedIn, faultsOf, linesOf, makeSite, rawOf, repeatsOf } from '../support/omprog.ts'
import { freePort, sendTcp, skipWithoutRsyslogd } from '../support/rsyslogd.ts'
import { arrivalOf, childrenOf, commandFor, startShipped, upTo } from './support.ts'

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
  readonly change: (text: string) => string
}

/** Every message goes to a file before it counts as received. */
function pureDisk(text: string): string {
  return text
    .replace('queue.type="LinkedList"', 'queue.type="Disk"')
    .replace('queue.checkpointInterval="100"', 'queue.checkpointInterval="1"')
    .replace(/queue\.(high|low)Watermark="\d+"/g, '')
}

const runs: readonly Chaos[] = [
  { name: 'SIGKILL of naslog, stop and start of rsyslogd', messages: 4000 * scale, kills: 8 * scale, restarts: 3 * scale, signal: 'TERM', change: (text) => text },
  { name: 'SIGKILL of naslog and of rsyslogd with a pure disk queue', messages: 2500 * scale, kills: 3 * scale, restarts: 3 * scale, signal: 'KILL', change: pureDisk },
]

describe('chaos', { skip: skipWithoutRsyslogd, concurrency: 2 }, () => {
  for (const { name, messages, kills, restarts, signal, change } of runs) {
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
      let killed = 0
      const killer = (async () => {
        while (running && killed < kills) {
          await sleep(200 + Math.random() * 900)
          const naslog = programUnder(rsyslogd.pid)
          if (naslog !== undefined && running) {
            process.kill(naslog, 'SIGKILL')
            killed++
          }
        }
      })()
      let sent = 0
      for (let part = 0; part <= restarts; part++) {
        const until = Math.round((messages * (part + 1)) / (restarts + 1))
        // A sender over TCP hears of no loss in the buffers between: it stops before rsyslogd does.
        while (sent < until) {
          const batch = upTo(Math.min(100, until - sent)).map((number) => rawOf(sent + number))
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
        await restart(await rsyslogd.stop(signal))
      }
      await killer
      running = false
      let arrived = await arrivalOf(site, upTo(messages), 30_000 * scale)
      // A crash at the end is noticed by nobody else; what stands on the disk waits for the next rsyslogd.
      while (arrived.ids.size < messages && !isAlive(rsyslogd.pid) && crashes < kills) {
        await restart(await rsyslogd.stop('KILL'))
        arrived = await arrivalOf(site, upTo(messages), 30_000 * scale)
      }
      await rsyslogd.stop()
      const acknowledged = linesOf(notes).map(Number)
      const last = arrivedIn(site.events)
      assert.deepEqual(faultsOf(last, acknowledged), [])
      const lost = upTo(messages).filter((number) => !arrived.ids.has(number))
      t.diagnostic(
        `${messages} messages, ${killed} kills of naslog, ${restarts} × SIG${signal} of rsyslogd: ${new Set(acknowledged).size} acknowledged, 0 of them lost; ` +
          `${lost.length} lost by rsyslogd before, which crashed ${crashes} times; ${repeatsOf(last)} repeats`,
      )
      // Of rsyslogd's own: at each of its ends the one message that was under way. rsyslogd 8.2302 may crash in omprog.so (SIGSEGV) when its
      // program dies while it waits for an answer, and loses then what it has in memory: that is counted, and no fault of naslog.
      assert.ok(crashes > 0 || lost.length <= restarts, `rsyslogd lost ${lost.length}: ${lost.slice(0, 20).join(' ')}`)
    })
  }
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Process id of the naslog that runs under the tap of a rsyslogd. */
function programUnder(rsyslogd: number): number | undefined {
  const [of] = childrenOf(rsyslogd)
  return of === undefined ? undefined : childrenOf(of)[0]
}
