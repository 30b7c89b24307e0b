// Measures one contender on one input: the whole process, from its start (rsyslogd: from the first byte sent) to the last byte written.
import { spawn, spawnSync } from 'node:child_process'
import { createReadStream, readFileSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { peersFolder } from './contenders.mjs'
import { freePort, rsyslogd, until } from './feed.mjs'
import { watchChild } from './workplace.mjs'

/** Wall time and CPU time in seconds, peak memory in bytes. `expectedBytes`: what the contender wrote of this input before. */
export async function measure(contender, input, output, expectedBytes) {
  rmSync(output, { force: true })
  return contender.configuration === undefined ? measureFilter(contender.command, input, output) : measureRsyslog(contender, input, output, expectedBytes)
}

function measureFilter(command, input, output) {
  const report = `${output}.time`
  const start = process.hrtime.bigint()
  // A pipe, as behind rsyslog. The shell gives its place to `time`, and that starts the contender.
  const script = `cat '${input}' | LC_ALL=C.UTF-8 exec /usr/bin/time -o '${report}' -f '%U %S %M' ${command} > '${output}'`
  const { status, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' })
  const wall = Number(process.hrtime.bigint() - start) / 1e9
  if (status !== 0) throw new Error(`${command}: exit code ${status}: ${stderr}`)
  const [user, system, kilobytes] = readFileSync(report, 'utf8').trim().split('\n').at(-1).split(' ').map(Number)
  rmSync(report)
  return { wall, cpu: user + system, memory: kilobytes * 1024 }
}

/** `ioBufferSize` of the configurations. */
const BUFFER = 65_536

/** rsyslogd is up before the clock starts, and hears over TCP, as devices send. It is done when its output has the size of the first run; in that, when it stops growing. */
async function measureRsyslog({ configuration, workers }, input, output, expectedBytes) {
  const pidFile = `${output}.pid`
  rmSync(pidFile, { force: true })
  const port = await freePort()
  const daemon = watchChild(spawn(rsyslogd, ['-n', '-i', pidFile, '-f', configuration], {
    env: { ...process.env, PORT: String(port), WORKERS: String(workers), OUTPUT: output, PEERS: peersFolder },
    stdio: 'ignore',
  }))
  try {
    await until(() => sizeOf(pidFile) > 0, 10, 'starting rsyslogd')
    await sleep(200)
    const start = process.hrtime.bigint()
    await send(input, port)
    // rsyslogd keeps the last half-full buffer until it ends.
    const written = () => (sizeOf(output) ?? 0) + BUFFER
    if (expectedBytes === undefined) await settle(written)
    else await until(() => written() >= expectedBytes, 300, 'writing the records')
    const wall = Number(process.hrtime.bigint() - start) / 1e9
    return { wall, ...usageOf(daemon.pid) }
  } finally {
    daemon.kill('SIGTERM')
    await new Promise((resolve) => daemon.once('close', resolve))
  }
}

function send(input, port) {
  return new Promise((resolve, reject) => {
    const connection = connect(port, '127.0.0.1')
    connection.once('error', reject)
    connection.once('close', resolve)
    createReadStream(input, { highWaterMark: 262_144 }).pipe(connection)
  })
}

/** CPU time in clock ticks of 10 ms, peak memory in kB (Linux, proc(5)). */
function usageOf(pid) {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).map(Number)
  const [, peak] = /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return { cpu: (user + system) / 100, memory: Number(peak) * 1024 }
}

async function settle(measureSize) {
  for (let last = -1, size = measureSize(); size !== last; ) {
    last = size
    await sleep(1000)
    size = measureSize()
  }
}

function sizeOf(name) {
  try {
    return statSync(name).size
  } catch {
    return undefined
  }
}
