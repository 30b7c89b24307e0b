// syslog-ng as a filter. It cannot be installed beside rsyslog; unpacked it runs, too: test/destinations/syslog-ng.test.ts says how.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const root = process.env.NASLOG_SYSLOG_NG ?? '/'
const libraries = ['usr/lib/syslog-ng', 'usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'].map((path) => join(root, path)).join(':')
const program = join(root, 'usr/sbin/syslog-ng')

/** Gives the command that runs a configuration, with its state in a folder; `undefined` where there is no syslog-ng. */
export function findSyslogNg(folder) {
  const { stdout } = spawnSync(program, ['--version'], { env: { ...process.env, LD_LIBRARY_PATH: libraries }, encoding: 'utf8' })
  const version = /Installer-Version: (\d+\.\d+)/.exec(stdout ?? '')?.[1]
  if (version === undefined) return undefined
  const state = ['persist-file', 'pidfile', 'control'].map((name) => `--${name} ${join(folder, `syslog-ng.${name}`)}`).join(' ')
  return (configuration) => `env LD_LIBRARY_PATH=${libraries} ${program} -F --no-caps -f ${configuration} --module-path ${join(root, 'usr/lib/syslog-ng', version)} ${state}`
}
