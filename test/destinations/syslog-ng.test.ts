import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSyslogDestination } from '../../src/destinations/syslog.ts'
import { temporaryFolder } from '../rsyslog/support.ts'
import { linesOf, waitForLines } from '../support/lines.ts'
import { freePort } from '../support/rsyslogd.ts'
import { makeCertificates } from './certificates.ts'
import { never, parcelOf } from './parcels.ts'

// syslog-ng cannot be installed beside rsyslog. Unpacked it runs, too:
//   apt-get download syslog-ng-core libivykis0 libnet1 libwrap0 libpcre3 && for d in *.deb; do dpkg -x "$d" root; done
//   NASLOG_SYSLOG_NG=$PWD/root
const root = process.env['NASLOG_SYSLOG_NG'] ?? '/'
const program = join(root, 'usr/sbin/syslog-ng')
const env = { ...process.env, LD_LIBRARY_PATH: ['usr/lib/syslog-ng', 'usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'].map((path) => join(root, path)).join(':') }
const version = spawnSync(program, ['--version'], { env, encoding: 'utf8' }).stdout?.match(/Installer-Version: (\d+\.\d+)/)?.[1]
const skip = version === undefined && 'syslog-ng is not installed; the test says how to unpack it'

async function startReceiver(t: TestContext, dir: string, sources: string, port: number): Promise<void> {
  const config = join(dir, 'syslog-ng.conf')
  writeFileSync(config, `@version: ${version}
options { log-msg-size(262144); keep-hostname(yes); stats-freq(0); };
source s { ${sources} };
destination d { file("${dir}/received" template("$PRIORITY|$FACILITY|$ISODATE|$HOST|$PROGRAM|$PID|$MSGID|$SDATA|$MSG\\n") frac-digits(6)); };
log { source(s); destination(d); };
`)
  mkdirSync(join(dir, 'state'))
  const state = ['--persist-file', join(dir, 'state/persist'), '--control', join(dir, 'state/ctl'), '--pidfile', join(dir, 'state/pid')]
  const child = spawn(program, ['-F', '-f', config, '--module-path', join(root, `usr/lib/syslog-ng/${version}`), '--no-caps', ...state], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (text) => (stderr += String(text)))
  const ended = new Promise((resolve) => child.once('exit', resolve))
  t.after(async () => {
    child.kill('SIGKILL')
    await ended
  })
  for (let tries = 0; tries < 200 && child.exitCode === null; tries++) {
    if (existsSync(join(dir, 'state/ctl')) && spawnSync('ss', ['-ltn', `sport = :${port}`], { encoding: 'utf8' }).stdout.includes(`:${port}`)) return
    await sleep(50)
  }
  throw new Error(`syslog-ng did not start: ${stderr}`)
}

const records = [
  '<30>1 2026-06-09T10:30:00.123456+02:00 nas qulogd 29981 qnap_nas.log [naslog@32473 user_name="a\\"b\\\\c\\]d" related_user="a" related_user="b"] two\nlines',
  '<134>1 2026-06-09T10:30:00Z nas naslog - - - {"user":{"name":"z\xc3\xb6e"}}',
  '<134>1 2026-06-09T10:30:00Z nas naslog - - - \xef\xbb\xbfz\xc3\xb6e',
]
// Of a parameter that stands there twice, syslog-ng keeps the last.
const expected = [
  'info|daemon|2026-06-09T10:30:00.123456+02:00|nas|qulogd|29981|qnap_nas.log|[naslog@32473 user_name="a\\"b\\\\c\\]d" related_user="b"]|two',
  'lines',
  'info|local0|2026-06-09T10:30:00.000000+00:00|nas|naslog||||{"user":{"name":"z\xc3\xb6e"}}',
  'info|local0|2026-06-09T10:30:00.000000+00:00|nas|naslog||||z\xc3\xb6e',
]

/** Without what syslog-ng adds of its own. */
const asSent = (line: string): string => line.replace(/\[meta sequenceId="\d+"\]/, '')

for (const transport of ['tcp', 'tls'] as const) {
  test(`a real syslog-ng understands every part of the messages over ${transport}`, { skip, timeout: 60_000 }, async (t) => {
    const dir = temporaryFolder(t)
    const { ca, server, client } = makeCertificates(dir)
    const port = await freePort()
    const tls = `tls(key-file("${server.key}") cert-file("${server.cert}") ca-file("${ca}") peer-verify(required-trusted))`
    await startReceiver(t, dir, `syslog(ip(127.0.0.1) port(${port}) transport("${transport}") ${transport === 'tls' ? tls : ''});`, port)
    const destination = createSyslogDestination({
      name: 'siem', host: 'localhost', port, framing: 'octet-counting', maxMessageSize: 262_144, timeout: 5_000,
      tls: transport === 'tls' ? { ca, cert: client.cert, key: client.key } : undefined,
    })
    t.after(() => destination.close())
    assert.deepEqual(await destination.deliver(records.map((record) => parcelOf(record)), never), { kind: 'delivered', count: 3, rejected: [] })
    await waitForLines(join(dir, 'received'), expected.length)
    assert.deepEqual(linesOf(join(dir, 'received')).map(asSent), expected)
  })
}
