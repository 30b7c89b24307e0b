// Who can make the same records on this machine. Every contender has the same fields to write; `form` says how they are named.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

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

export const INPUTS = { qnap: 'A: QNAP, RFC 3164', csv: 'B: Qumulo CSV', json: 'C: Qumulo JSON' }

const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
const hasModule = (name) => readdirSync('/usr/lib').some((folder) => existsSync(`/usr/lib/${folder}/rsyslog/${name}.so`))

/**
 * The contenders that the machine has. `command` reads lines from standard input and writes records to standard output; `configuration`
 * is one of rsyslogd. `slow`: gets a twentieth of the lines.
 */
export function contenders({ naslog, naive }) {
  const list = []
  for (const [input, file] of Object.entries(FILES)) {
    const add = (name, program, rest) => {
      if (has(program)) list.push({ name, input, table: `${input} flat`, form: 'flat', peer: true, slow: false, ...rest })
    }
    add('naslog', 'node', { command: `${naslog} --format flat --fields ${FLAT_FIELDS[input]}`, form: 'ecs', peer: false })
    if (hasModule(input === 'json' ? 'mmjsonparse' : 'mmnormalize')) add('rsyslog', 'rsyslogd', { configuration: `${peers}/${file}.conf` })
    add('lognormalizer', 'lognormalizer', { command: `lognormalizer -r ${peers}/${file}-line.rulebase -e json`, form: 'lognormalizer' })
    add('mawk', 'mawk', { command: `mawk -f ${peers}/${file}.awk` })
    if (input !== 'json') add('perl', 'perl', { command: `perl ${peers}/${file}.pl` })
    if (input !== 'csv') add('jq', 'jq', { command: `jq -R -c -f ${peers}/${file}.jq`, slow: true })
    if (input === 'qnap') add('Miller', 'mlr', { command: `mlr --inidx --ifs '\\001' --ojsonl put -q -f ${peers}/${file}.mlr`, slow: true })
  }
  for (const input of Object.keys(FILES)) {
    const ecs = { input, table: `${input} ECS`, form: 'ecs', slow: false }
    list.push({ ...ecs, name: 'naslog', peer: false, command: naslog })
    list.push({ ...ecs, name: 'naive', peer: true, command: `node ${naive}` })
    if (input === 'qnap' && hasModule('mmnormalize')) list.push({ ...ecs, name: 'rsyslog', peer: true, configuration: `${peers}/qnap-ecs.conf` })
  }
  return list
}

export const peersFolder = peers
