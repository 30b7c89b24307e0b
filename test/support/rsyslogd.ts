import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { linesOf } from './lines.ts'

const PATHS = ['/usr/sbin/rsyslogd', '/sbin/rsyslogd', '/usr/local/sbin/rsyslogd']
const START_TIMEOUT = 10_000
/** A stop waits for queues (10 s) and the program (5 s). */
const STOP_TIMEOUT = 30_000
/** How long it is listened to after its end. */
const LAST_WORDS = 2000

/** Path of rsyslogd; `undefined` if it is not installed. */
export const rsyslogdPath = PATHS.find((path) => spawnSync(path, ['-v']).status === 0)

/** For node:test: why to skip, or false. */
export const skipWithoutRsyslogd = rsyslogdPath === undefined && 'rsyslogd is not installed: apt install rsyslog rsyslog-gnutls rsyslog-openssl rsyslog-relp'

export interface RsyslogdOptions {
  /** The configuration without workDirectory. */
  readonly config: string
  /** A folder of its own, empty or from an earlier run; the queue's files are in its `spool`. */
  readonly dir: string
  /** CPU to pin rsyslogd and its programs to. */
  readonly pin?: number
  /** TCP port that is open when rsyslogd is ready. */
  readonly readyPort?: number
}

export interface Rsyslogd {
  readonly pid: number
  /** What it wrote on stderr. */
  stderr(): string
  /** Stops it and waits for its end, then ends the programs that it left behind. Returns exit code or signal. */
  stop(signal?: 'TERM' | 'KILL'): Promise<number | string>
  /** SIGHUP: it reopens files and tells its programs. */
  reload(): void
  /** Process ids of the programs that it runs. */
  programs(): number[]
  /** The newest counters of impstats (format json, log.file `stats.json` in the folder), by name. */
  stats(): ReadonlyMap<string, Readonly<Record<string, unknown>>>
}

/** Starts rsyslogd in the foreground and waits until it is ready. */
export async function startRsyslogd({ config, dir, pin, readyPort }: RsyslogdOptions): Promise<Rsyslogd> {
  if (rsyslogdPath === undefined) throw new Error(String(skipWithoutRsyslogd))
  const file = writeConfiguration(dir, config)
  const pidFile = join(dir, 'rsyslogd.pid')
  const command = [rsyslogdPath, '-n', '-f', file, '-i', pidFile]
  const [program, ...args] = pin === undefined ? command : ['taskset', '-c', String(pin), ...command]
  const child = spawn(program!, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const exited = new Promise<number | string>((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown')))
  // What it said last may arrive after its end.
  const heard = new Promise<void>((resolve) => child.once('close', () => resolve()))

  const programs = (): number[] => childrenOf(child.pid!)
  const stop = async (signal: 'TERM' | 'KILL' = 'TERM'): Promise<number | string> => {
    const orphans = programs()
    child.kill(`SIG${signal}`)
    const result = await Promise.race([exited, sleep(STOP_TIMEOUT, undefined, { ref: false })])
    if (result === undefined) child.kill('SIGKILL')
    for (const pid of orphans) endProcess(pid)
    // A program of a program may live on for a moment and hold its standard error.
    await Promise.race([heard, sleep(LAST_WORDS, undefined, { ref: false })])
    return result ?? `no end within ${STOP_TIMEOUT} ms`
  }
  if (!(await ready(child, pidFile, readyPort))) {
    await stop('KILL')
    throw new Error(`rsyslogd did not start: ${stderr}`)
  }
  return {
    pid: child.pid!,
    stderr: () => stderr,
    stop,
    reload: () => void child.kill('SIGHUP'),
    programs,
    stats: () => readStats(join(dir, 'stats.json')),
  }
}

/** Checks a configuration with `rsyslogd -N1`: exit code and messages. */
export function checkConfiguration(dir: string, config: string): { code: number | null; messages: string } {
  const { status, stderr } = spawnSync(rsyslogdPath ?? 'rsyslogd', ['-N1', '-f', writeConfiguration(dir, config)], { encoding: 'utf8', timeout: START_TIMEOUT })
  return { code: status, messages: stderr }
}

/** Where a shipped drop-in reads and writes in a test. */
export interface TestPaths {
  readonly dir: string
  /** What omprog runs instead of naslog. */
  readonly binary: string
  /** Listening ports of the drop-in and the ports to take instead. */
  readonly ports?: ReadonlyMap<number, number>
}

/** A shipped drop-in with its paths, ports and program replaced; it then listens on the loopback address alone. */
export function rewriteDropIn(text: string, { dir, binary, ports = new Map() }: TestPaths): string {
  return text
    .replace(/binary="[^"]*"/g, `binary="${binary}"`)
    .replaceAll('"/var/log/', `"${dir}/`)
    .replaceAll('"/etc/naslog/tls/', `"${dir}/`)
    .replace(/port="(\d+)"/g, (_, port: string) => `address="127.0.0.1" port="${ports.get(Number(port)) ?? port}"`)
}

function writeConfiguration(dir: string, config: string): string {
  const spool = join(dir, 'spool')
  mkdirSync(spool, { recursive: true })
  const file = join(dir, 'rsyslog.conf')
  writeFileSync(file, `global(workDirectory="${spool}")\n${config}`)
  return file
}

async function ready(child: ChildProcess, pidFile: string, port: number | undefined): Promise<boolean> {
  for (const deadline = Date.now() + START_TIMEOUT; Date.now() < deadline; await sleep(20)) {
    if (child.exitCode !== null || child.signalCode !== null) return false
    if (!pidWritten(pidFile, child.pid)) continue
    if (port === undefined || (await answers(port))) return true
  }
  return false
}

function pidWritten(pidFile: string, pid: number | undefined): boolean {
  try {
    return Number(readFileSync(pidFile, 'utf8')) === pid
  } catch {
    return false
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
  return stdout.split('\n').map(Number).filter((child) => child > 0)
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself, as it should.
  }
}

function readStats(file: string): Map<string, Record<string, unknown>> {
  const stats = new Map<string, Record<string, unknown>>()
  for (const line of linesOf(file)) {
    const at = line.indexOf('{')
    if (at < 0) continue
    const counters = JSON.parse(line.slice(at)) as Record<string, unknown>
    stats.set(String(counters['name']), counters)
  }
  return stats
}

/** Outgoing connections have ports from 32768 on (ip_local_port_range): one of theirs might be taken again before rsyslogd has bound it. */
const PORTS = { from: 10_000, to: 32_000 }

/** A port that nobody listens on at the time of asking. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to)
    const server = createServer().listen(port, '127.0.0.1')
    const free = await new Promise<boolean>((resolve, reject) => {
      server.once('listening', () => resolve(true))
      server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)))
    })
    if (!free) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
}

/** Sends lines over TCP, each ended by a line feed. Resolves when all are handed over. */
export async function sendTcp(port: number, lines: readonly (string | Buffer)[]): Promise<void> {
  await sendStream(connect(port, '127.0.0.1'), lines)
}

/** The same over TLS, without looking at the certificate of the server. */
export async function sendTls(port: number, lines: readonly (string | Buffer)[], client: { cert?: Buffer; key?: Buffer } = {}): Promise<void> {
  await sendStream(connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...client }), lines)
}

function sendStream(socket: Socket, lines: readonly (string | Buffer)[]): Promise<void> {
  const block = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]))
  return new Promise((resolve, reject) => {
    socket.once('close', () => resolve()).once('error', reject)
    socket.resume()
    socket.end(block)
  })
}

/** Sends one datagram for each line, without a line feed. */
export async function sendUdp(port: number, lines: readonly (string | Buffer)[]): Promise<void> {
  const socket = createSocket('udp4')
  for (const line of lines) await new Promise((resolve) => socket.send(line, port, '127.0.0.1', resolve))
  socket.close()
}
