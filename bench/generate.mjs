// Writes benchmark input: `node bench/generate.mjs qnap|csv|json LINES > file`. Seeded: the same call gives the same bytes.
// About 2 % of the names hold a comma, 1 % of the Qumulo names a quote, and four QNAP lines in ten UTF-8.
import { writeSync } from 'node:fs'

const [kind = 'qnap', count = '1000000', seed = '1'] = process.argv.slice(2)
let state = Number(seed) >>> 0
/** Mulberry32. */
const random = () => {
  state = (state + 0x6d2b79f5) >>> 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const below = (n) => Math.floor(random() * n)
const pick = (list) => list[below(list.length)]

const users = ['alice', 'bob', 'j.schäfer', 'ACME\\maria', 'svc-backup', 'ops', 'guest', 'renée', 'Administrator', 'ACME\\PC-0123$']
const shares = ['FINANCE', 'Public', 'Multimedia', 'Engineering', 'Übergabe', '设计']
const folders = ['apps', 'accounting', 'data2024', 'reports', 'Entwürfe', 'archive', 'Q3', 'plans', 'été', 'raw']
const names = ['NEW_REPORT', 'budget', 'Monthly Final Report', 'IMG_0042', 'contract', 'größe', 'résumé', 'model']
const endings = ['docx', 'xlsx', 'pdf', 'jpg', 'DBF', 'tar.gz', 'dwg', 'txt']
const address = () => `10.${below(256)}.${below(256)}.${1 + below(254)}`
const name = (quotes) => {
  const odd = below(100)
  const stem = `${pick(names)}_${below(10000)}`
  return (odd < 2 ? stem.replace('_', ', ') : quotes && odd === 2 ? `"${stem}"` : stem) + '.' + pick(endings)
}
const path = (quotes) => `${pick(shares)}/${pick(folders)}/${pick(folders)}/${name(quotes)}`
const two = (n) => String(n).padStart(2, '0')
let clock = Date.UTC(2026, 10, 18, 8)
const tick = () => (clock += below(40))

const events = [
  () => `Application: Users, Category: General, Content: [Users] Edited the account profile of user "${pick(users)}".`,
  () => 'Application: Storage & Snapshots, Category: Snapshot, Content: [Storage & Snapshots] Finished creating scheduled snapshot. Volume: DataVol1.',
  () => `Application: Shared Folders, Category: General, Content: [Shared Folders] Created shared folder "${pick(shares)}".`,
]
function qnap() {
  tick()
  const time = new Date(clock)
  const header = `<30>Nov ${String(time.getUTCDate()).padStart(2)} ${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} NAS${8 + below(3)}E49A8 qulogd[19113]: `
  const who = `Users: ${pick(users)}, Source IP: ${address()}, Computer name: ${pick(['---', 'WS-042', 'user_workstation-01'])}, `
  if (below(100) < 15) return `${header}event log: ${who}${pick(events)()}`
  const action = pick(['Read', 'Read', 'Write', 'Write', 'Add', 'Delete', 'Rename', 'Login Success', 'Logout'])
  const login = action.startsWith('Log')
  const resource = login ? '---' : action === 'Rename' ? `${path()} -> ${path()}` : path()
  return `${header}conn log: ${who}Connection type: ${login ? 'HTTPS' : 'SAMBA'}, Accessed resources: ${resource}, Action: ${action}`
}

const operations = ['fs_read_metadata', 'fs_delete', 'fs_create_file', 'fs_write_data', 'fs_write_metadata', 'fs_read_data', 'fs_rename', 'fs_list_directory']
const header5424 = () => {
  tick()
  const micros = String(below(1e6)).padStart(6, '0').replace(/0+$/, '')
  return `<14>1 ${new Date(clock).toISOString().slice(0, 19)}${micros && '.' + micros}Z groot-${1 + below(8)} qumulo - - - `
}
const fileId = () => '1406247518306263450800' + String(below(1e8)).padStart(8, '0')
function csv() {
  const operation = pick(operations)
  const q = (text) => '"' + text.replaceAll('"', '""') + '"'
  const target = operation === 'fs_rename' ? '/' + path(true) : ''
  return `${header5424()}${address()},${q(pick(users))},smb2,${operation},${below(20) ? 'ok' : 'fs_access_denied_error'},${fileId()},${q('/' + path(true))},${q(target)}`
}
function json() {
  const operation = pick(operations)
  const details = { path: '/' + path(true), file_id: fileId() }
  if (operation === 'fs_rename') details.target = '/' + path(true)
  if (operation === 'fs_write_data') Object.assign(details, { offset: below(1e6), size: below(1e6), file_size: below(1e9) })
  const record = {
    user_id: { sid: `S-1-5-21-9876543210-5678901234-1234567890-${500 + below(99)}`, auth_id: String(500 + below(99)), name: pick(users) },
    user_ip: address(), protocol: 'smb2', operation, status: below(20) ? 'ok' : 'fs_access_denied_error', details,
  }
  // Key order changes from line to line, as on a real cluster.
  const shuffled = Object.fromEntries(Object.entries(record).sort(() => random() - 0.5))
  return header5424() + JSON.stringify(shuffled).replace(/":/g, '": ').replace(/,"/g, ', "')
}

const line = { qnap, csv, json }[kind]
if (line === undefined) throw new Error(`unknown kind ${kind}: qnap, csv or json`)
for (let left = Number(count); left > 0; left -= 1000) {
  const block = Buffer.from(Array.from({ length: Math.min(1000, left) }, () => line() + '\n').join(''))
  for (let at = 0; at < block.length; ) at += writeSync(1, block, at)
}
