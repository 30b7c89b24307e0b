// Who can make the same records on this machine. Every contender has the same fields to write; `form` says how they are named.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { rsyslogd } from './feed.mjs'
import { findSyslogNg } from './syslog-ng.mjs'

const peers = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, 'peers')
const FILES = { qnap: 'qnap', csv: 'qumulo-csv', json: 'qumulo-json' }
const shared = '@timestamp,host.name,process.name,source.ip,user.name,user.domain'
const audit = 'qumulo.audit.protocol,qumulo.audit.operation,qumulo.audit.status,qumulo.audit.file_id,file.path,qumulo.audit.target_path'

/** The flat record that the peers write, in naslog's names. */
export const FLAT_FIELDS = {
  qnap: `${shared},source.domain,qnap.nas.connection_type,file.path,qnap.nas.file.new_path,event.action,qnap.nas.application,qnap.nas.category,message`,
  csv: `${shared},${audit}`,
  json: `${shared},qumulo.audit.user.sid,qumulo.audit.user.auth_id,${audit},qumulo.audit.offset,qumulo.audit.size,file.size`,
}

/** The fields that rsyslog's ECS-like configuration has; naslog parts some of them. */
const RSYSLOG_ECS_FIELDS =
  '@timestamp,ecs.version,message,event.kind,event.category,event.type,event.action,event.outcome,event.module,event.dataset,event.provider,' +
  'event.created,event.timezone,user.name,user.domain,source.ip,source.address,source.domain,network.protocol,file.path,host.name,host.hostname,' +
  'observer.vendor,observer.product,observer.type,process.name,process.pid,log.syslog.priority,log.syslog.facility.code,log.syslog.facility.name,' +
  'log.syslog.severity.code,log.syslog.severity.name,log.syslog.hostname,log.syslog.appname,log.syslog.procid,related.ip,related.user,' +
  'related.hosts,qnap.nas.application,qnap.nas.category,qnap.nas.connection_type,qnap.nas.file.path,qnap.nas.file.new_path'

export const INPUTS = { qnap: 'A: QNAP, RFC 3164', csv: 'B: Qumulo CSV', json: 'C: Qumulo JSON' }

const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
const moduleFolders = ['/usr/lib', '/usr/lib64', ...readdirSync('/usr/lib').map((name) => `/usr/lib/${name}`)].map((folder) => join(folder, 'rsyslog'))
const hasModule = (name) => rsyslogd !== undefined && moduleFolders.some((folder) => existsSync(join(folder, `${name}.so`)))

/**
 * The contenders that the machine has, and the names of those that it has not. `command` reads lines from standard input and writes records to
 * standard output; `configuration` is one of rsyslogd, with so many `workers`: with more than one the records stand in any order. `slow`: gets a
 * twentieth of the lines. `folder`: for what a contender must keep.
 */
export function contenders({ naslog, naive, folder }) {
  const list = []
  const missing = new Set()
  const syslogNg = findSyslogNg(folder)
  for (const [input, file] of Object.entries(FILES)) {
    const add = (name, program, rest) => {
      if (program === undefined || !has(program)) missing.add(name)
      else list.push({ name, input, table: `${input} flat`, form: 'flat', slow: false, ...rest })
    }
    add('naslog', 'node', { command: `${naslog} --format flat --fields ${FLAT_FIELDS[input]}`, form: 'ecs' })
    const daemon = hasModule(input === 'json' ? 'mmjsonparse' : 'mmnormalize') ? rsyslogd : undefined
    add('rsyslog', daemon, { configuration: `${peers}/${file}.conf`, workers: 1 })
    add('rsyslog (in any order)', daemon, { configuration: `${peers}/${file}.conf`, workers: 2 })
    add('lognormalizer', 'lognormalizer', { command: `lognormalizer -r ${peers}/${file}-line.rulebase -e json`, form: 'lognormalizer' })
    add('syslog-ng', syslogNg && 'env', { command: syslogNg?.(`${peers}/${file}.syslog-ng`) })
    add('mawk', 'mawk', { command: `mawk -f ${peers}/${file}.awk` })
    if (input !== 'json') add('perl', 'perl', { command: `perl ${peers}/${file}.pl` })
    if (input !== 'csv') add('jq', 'jq', { command: `jq -R -c -f ${peers}/${file}.jq`, slow: true })
    if (input === 'qnap') add('Miller', 'mlr', { command: `mlr --inidx --ifs '\\001' --ojsonl put -q -f ${peers}/${file}.mlr`, slow: true })
  }
  for (const input of Object.keys(FILES)) {
    const ecs = { input, table: `${input} ECS`, form: 'ecs', slow: false }
    list.push({ ...ecs, name: 'naslog', command: naslog })
    list.push({ ...ecs, name: 'naive', command: `node ${naive}` })
    if (input !== 'qnap') continue
    list.push({ ...ecs, name: 'naslog (fields of rsyslog)', command: `${naslog} --fields ${RSYSLOG_ECS_FIELDS}` })
    list.push({ ...ecs, name: 'naslog (with the line)', command: `${naslog} --keep-original` })
    if (!hasModule('mmnormalize')) continue
    list.push({ ...ecs, name: 'rsyslog', configuration: `${peers}/qnap-ecs.conf`, workers: 1 })
    list.push({ ...ecs, name: 'rsyslog (with the line)', configuration: `${peers}/qnap-ecs-line.conf`, workers: 1 })
    list.push({ ...ecs, name: 'rsyslog (in any order)', configuration: `${peers}/qnap-ecs.conf`, workers: 2 })
    list.push({ ...ecs, name: 'rsyslog (with the line in any order)', configuration: `${peers}/qnap-ecs-line.conf`, workers: 2 })
  }
  return { list, missing: [...missing] }
}

export const peersFolder = peers
