// One run of bench:omprog: rsyslogd with a shipped drop-in and a program behind it, and how fast the program takes what waits in the queue.
import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { watchChild } from './workplace.mjs'

/** The program; `undefined` where it is not installed. */
export const rsyslogd = ['/usr/sbin/rsyslogd', '/sbin/rsyslogd'].find(existsSync)

function message(number) {
  return `<30>Jul 15 18:06:46 NAS8E49A8 qulogd[13241]: conn log: Users: admin, Source IP: 10.0.0.1, Computer name: pc-7, Connection type: SAMBA, Accessed resources: Multimedia/${String(number).padStart(8, '0')}.txt, Action: Read`
}

/** Bytes of every line that the template makes of these messages: JSON with a backslash before each slash. */
const LINE_BYTES =
  JSON.stringify({ rcv: '2026-07-15T18:06:46.000000+00:00', ip: '127.0.0.1', host: 'NAS8E49A8', pri: '30', raw: message(0) }).length + 1 + 1
/** Header of a record in naslog's journal, which leaves out the line feed. */
const FRAME_BYTES = 26 + LINE_BYTES - 1
/** Lines after which the clock starts: every program runs by then, and what the loader has read is less. */
const UNDER_WAY = 50

/** Lines that the programs of a folder have read, by the bytes that the kernel has counted: some lines more, for what the loader has read. */
export function readBytes(dir) {
  let bytes = 0
  for (const name of readdirSync(dir).filter((each) => each.startsWith('program.'))) {
    bytes += Number(/rchar: (\d+)/.exec(readFileSync(`/proc/${name.slice('program.'.length)}/io`, 'utf8'))[1])
  }
  return bytes / LINE_BYTES
}

/** Lines that naslog has in the journal of a folder: its segments are named by the number of the first line in them. */
export function readRecords(dir) {
  let records = 0
  const journal = join(dir, 'journal')
  for (const part of existsSync(journal) ? readdirSync(journal) : []) {
    const last = readdirSync(join(journal, part)).filter((name) => name.endsWith('.log')).sort().at(-1)
    if (last !== undefined) records += Number.parseInt(last, 10) + statSync(join(journal, part, last)).size / FRAME_BYTES
  }
  return records
}

const LF = 0x0a
const block = Buffer.allocUnsafe(1 << 20)
const counted = new Map()

/** Lines of a growing file; reads only what is new since the last time. */
export function countLines(file) {
  if (!existsSync(file)) return 0
  const state = counted.get(file) ?? { offset: 0, lines: 0 }
  counted.set(file, state)
  const descriptor = openSync(file, 'r')
  for (let length; (length = readSync(descriptor, block, 0, block.length, state.offset)) > 0; state.offset += length) {
    for (let at = block.indexOf(LF); at >= 0 && at < length; at = block.indexOf(LF, at + 1)) state.lines++
  }
  closeSync(descriptor)
  return state.lines
}

/**
 * Makes the function for runs in folders below `root`. All lines wait in rsyslog's queue when the program takes the first; the clock stops when
 * it has taken the last. Gives lines a second: taken, and delivered where the contender says how that is seen.
 */
export function createFeed(root) {
  if (rsyslogd === undefined) throw new Error('rsyslogd is not installed: apt install rsyslog')
  return async ({ command, taken, delivered, dropIn = 'qnap.conf', change = (text) => text, pin, workers, count }) => {
    const dir = mkdtempSync(join(root, 'run-'))
    mkdirSync(join(dir, 'spool'))
    const port = await freePort()
    const gate = join(dir, 'gate')
    const start = join(dir, 'start.sh')
    // rsyslog starts the program when the first line comes; it waits at the gate until all are in the queue.
    writeFileSync(start, `#!/bin/sh\necho > ${dir}/program.$$\nwhile [ ! -e ${gate} ]; do [ -d ${dir} ] || exit 1; sleep 0.01; done\nexec ${command(dir)}\n`, { mode: 0o755 })
    const config = join(dir, 'rsyslog.conf')
    writeFileSync(config, `global(workDirectory="${dir}/spool")\n${change(inMemory(readFileSync(`rsyslog/${dropIn}`, 'utf8'), { dir, port, binary: start, workers, count }))}`)
    const [program, ...args] = [...(pin ? ['taskset', '-c', '0'] : []), rsyslogd, '-n', '-f', config, '-i', join(dir, 'pid')]
    const daemon = watchChild(spawn(program, args, { stdio: 'ignore' }))
    const exited = new Promise((done) => daemon.once('exit', done))
    try {
      await until(() => existsSync(join(dir, 'pid')), 10, 'starting rsyslogd')
      await send(port, count)
      await sleep(500) // the last lines are on their way through rsyslogd
      writeFileSync(gate, '')
      await until(() => taken(dir) >= UNDER_WAY, 30, 'starting the program')
      const before = taken(dir)
      const begin = process.hrtime.bigint()
      const seconds = () => Number(process.hrtime.bigint() - begin) / 1e9
      await until(() => taken(dir) >= count, 300, 'taking the lines')
      const rate = (count - before) / seconds()
      if (delivered === undefined) return { taken: rate }
      await until(() => delivered(dir) >= count, 300, 'delivering the lines')
      return { taken: rate, delivered: count / seconds() }
    } finally {
      daemon.kill('SIGTERM')
      await Promise.race([exited, sleep(30_000, undefined, { ref: false })])
      if (daemon.exitCode === null && daemon.signalCode === null) daemon.kill('SIGKILL')
      rmSync(dir, { recursive: true, force: true })
    }
  }
}

/** A shipped drop-in with a program, folder and port of its own, and a queue that holds all lines in memory without slowing the sender down. */
function inMemory(dropIn, { dir, port, binary, workers, count }) {
  return dropIn
    .replace(/binary="[^"]*"/, `binary="${binary}"`)
    .replaceAll('"/var/log/', `"${dir}/`)
    .replace(/port="\d+"/g, `address="127.0.0.1" port="${port}"`)
    .replace(/queue\.size="\d+"/, `queue.size="${2 * count + 1000}" queue.workerThreads="${workers}" queue.workerThreadMinimumMessages="10"`)
    .replace(/queue\.(high|low)Watermark="\d+"/g, '')
}

/** A port of the loopback address that nobody listens on. */
export async function freePort() {
  const server = createServer()
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address()
  await new Promise((done) => server.close(done))
  return port
}

/** Waits until a condition holds; throws after so many seconds. */
export async function until(condition, seconds, what) {
  for (const end = Date.now() + seconds * 1000; !condition(); await sleep(2)) {
    if (Date.now() > end) throw new Error(`${what} took longer than ${seconds} s`)
  }
}

async function send(port, count) {
  const socket = await connection(port)
  for (let number = 0; number < count; number += 1000) {
    const lines = Array.from({ length: Math.min(1000, count - number) }, (_, offset) => message(number + offset) + '\n').join('')
    if (!socket.write(lines)) await new Promise((done) => socket.once('drain', done))
  }
  await new Promise((done) => socket.end(done))
}

/** A connection to rsyslogd, which may not listen yet. */
async function connection(port) {
  for (let tries = 0; ; tries++) {
    try {
      return await new Promise((done, fail) => {
        const socket = connect(port, '127.0.0.1', () => done(socket)).once('error', fail)
      })
    } catch (error) {
      if (tries === 100) throw error
      await sleep(50)
    }
  }
}
