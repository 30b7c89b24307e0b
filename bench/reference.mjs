// What the lines of generate.mjs say, read by other means than naslog's, and what a contender wrote of them, in the same terms.
// A record counts as right if every field is; absent, empty and `---` are the same.

const TIME = /^<\d+>(?:1 )?(\w{3} [ \d]\d \d\d:\d\d:\d\d|\S+) (\S+) /
const CONN = /\]: conn log: Users: (.*), Source IP: ([\d.]+), Computer name: ([^,]*), Connection type: ([^,]*), Accessed resources: (.*), Action: ([^,]*)$/
const EVENT = /\]: event log: Users: (.*), Source IP: ([\d.]+), Computer name: ([^,]*), Application: ([^,]*), Category: ([^,]*), Content: (.*)$/

/** The fields of a line. */
export function expected(input, line) {
  const [, time, host] = TIME.exec(line)
  if (input === 'qnap') {
    const head = { time: stampOf(time), host, program: 'qulogd' }
    const conn = CONN.exec(line)
    if (conn !== null) {
      const [, user, ip, computer, type, resource, action] = conn
      return { ...head, user, ip, computer, type, resource, action: wordOf(action) }
    }
    const [, user, ip, computer, application, category, content] = EVENT.exec(line)
    return { ...head, user, ip, computer, application, category, content }
  }
  const head = { time: String(Date.parse(time)), host, program: 'qumulo' }
  const body = line.slice(line.indexOf(' - - - ') + 7)
  if (input === 'csv') {
    const cells = [...body.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain)
    const [ip, user, protocol, operation, status, file_id, path, target] = cells
    return { ...head, ip, user, protocol, operation, status, file_id, path, target }
  }
  return { ...head, ...fromQumulo(JSON.parse(body)) }
}

function fromQumulo({ user_id, user_ip, protocol, operation, status, details }) {
  const { file_id, path, target, offset, size, file_size } = details
  return { ip: user_ip, user: user_id.name, sid: user_id.sid, auth_id: user_id.auth_id, protocol, operation, status, file_id, path, target, offset, size, file_size }
}

/** The fields of a record that a contender wrote. `form`: who writes such records. */
export function found(input, form, text) {
  const record = JSON.parse(text)
  if (form === 'ecs') return fromEcs(input, (name) => (record[name] ?? name.split('.').reduce((object, key) => object?.[key], record)) || undefined)
  if (form === 'lognormalizer' && record.record !== undefined) return normal(input, { ...record, ...fromQumulo(record.record), record: undefined })
  return normal(input, record)
}

function normal(input, { time, action, ...rest }) {
  return { time: input === 'qnap' ? stampOf(time) : String(Date.parse(time)), action: action && wordOf(action), ...rest }
}

function fromEcs(input, get) {
  const domain = get('user.domain')
  const head = { host: get('host.name'), program: get('process.name'), ip: get('source.ip'), user: domain === undefined ? get('user.name') : `${domain}\\${get('user.name')}` }
  if (input === 'qnap') {
    const newPath = get('qnap.nas.file.new_path')
    // Whoever keeps the body as message has the text of an event elsewhere.
    const content = get('qnap.nas.application') === undefined ? undefined : (get('event.reason') ?? get('message'))
    // naslog also finds paths and actions in the text of events; nobody else does.
    const path = content ? undefined : get('file.path')
    return {
      ...head, time: stampOf(get('@timestamp')), computer: get('source.domain'), type: get('qnap.nas.connection_type'), content,
      resource: newPath === undefined ? path : `${path} -> ${newPath}`, action: content ? undefined : get('event.action'),
      application: get('qnap.nas.application'), category: get('qnap.nas.category'),
    }
  }
  return {
    ...head, time: String(Date.parse(get('@timestamp'))), protocol: get('qumulo.audit.protocol'), operation: get('qumulo.audit.operation'),
    status: get('qumulo.audit.status'), file_id: get('qumulo.audit.file_id'), path: get('file.path'), target: get('qumulo.audit.target_path'),
    sid: get('qumulo.audit.user.sid'), auth_id: get('qumulo.audit.user.auth_id'), offset: get('qumulo.audit.offset'),
    size: get('qumulo.audit.size'), file_size: get('file.size'),
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `11-18T08:00:00` of a BSD stamp or an ISO time: QNAP's lines tell neither year nor zone. */
function stampOf(time) {
  if (time[4] === '-') return time.slice(5, 19)
  return `${String(MONTHS.indexOf(time.slice(0, 3)) + 1).padStart(2, '0')}-${time.slice(4, 6).replace(' ', '0')}T${time.slice(7)}`
}

function wordOf(action) {
  return action.toLowerCase().replaceAll(' ', '-')
}

/** A text that is the same for the same fields. */
function keyOf(fields) {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '' && value !== '---')
  return present.map(([name, value]) => `${name}=${value}`).sort().join('\n')
}

/** Shares of the input's lines: `right`, whose record is right, wherever it stands; `inPlace`, whose record is right and stands where the line did. */
export function compare(input, form, lines, records) {
  const keys = lines.map((line) => keyOf(expected(input, line)))
  const wanted = new Map()
  for (const key of keys) wanted.set(key, (wanted.get(key) ?? 0) + 1)
  let right = 0
  let inPlace = 0
  for (const [place, record] of records.entries()) {
    let key
    try {
      key = keyOf(found(input, form, record))
    } catch {
      continue
    }
    const left = wanted.get(key) ?? 0
    if (left === 0) continue
    right++
    if (key === keys[place]) inPlace++
    wanted.set(key, left - 1)
  }
  return { right: right / lines.length, inPlace: inPlace / lines.length }
}
