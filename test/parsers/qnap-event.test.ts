import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toBytes } from '../../src/lib/bytes.ts'
import { conn, eventLine, fieldsOf, parse, type Fields } from './qnap-support.ts'

function iam(action: string, kind: string, type: string): Fields {
  return { 'event.action': action, 'event.category': ['iam'], 'event.type': [kind, type], 'event.outcome': 'success' }
}
function configuration(action: string, type: string): Fields {
  return { 'event.action': action, 'event.category': ['configuration'], 'event.type': [type], 'event.outcome': 'success' }
}
function host(action: string, type: string): Fields {
  return { 'event.action': action, 'event.category': ['host'], 'event.type': [type] }
}
function installed(name: string, version: string): Fields {
  return { ...app('installed-app', 'installation', name), 'package.version': version }
}
function app(action: string, type: string, name: string): Fields {
  return { 'event.action': action, 'event.category': ['package'], 'event.type': [type], 'event.outcome': 'success', 'package.name': name }
}
function network(action: string, type: string, more: Fields = {}): Fields {
  return { 'event.action': action, 'event.category': ['network'], 'event.type': [type], ...more }
}
function folder(action: string, type: string): Fields {
  return {
    'event.action': action, 'event.category': ['file'], 'event.type': [type], 'event.outcome': 'success',
    'file.path': 'abcd', 'qnap.nas.file.path': 'abcd', 'qnap.nas.shared_folder': 'abcd',
  }
}
const loginFail: Fields = { 'event.action': 'login-fail', 'event.category': ['authentication'], 'event.type': ['start'], 'event.outcome': 'failure' }
const ok: Fields = { 'event.outcome': 'success' }

// Texts of QTS 5 (Elastic's QNAP package, a forum), and of QTS 4.3.5 (its log API).
const texts: [content: string, application: string, expected: Fields][] = [
  ['[Users] Created user "test".', 'Users', { ...iam('created-user', 'user', 'creation'), 'user.target.name': 'test' }],
  ['[Users] Deleted user "test".', 'Users', { ...iam('deleted-user', 'user', 'deletion'), 'user.target.name': 'test' }],
  ['[Users] Changed the password of user "test".', 'Users', { ...iam('changed-password', 'user', 'change'), 'user.target.name': 'test' }],
  ['[Users] Edited the account profile of user "test".', 'Users', { ...iam('edited-account-profile', 'user', 'change'), 'user.target.name': 'test' }],
  ['[Users] Deleted user "a". Created user "b".', 'Users', { ...iam('deleted-user', 'user', 'deletion'), 'user.target.name': 'a". Created user "b' }],
  ['[User Groups] Created user group "g".', 'User Groups', { ...iam('created-user-group', 'group', 'creation'), 'group.name': 'g' }],
  ['[User Groups] Deleted user group "g".', 'User Groups', { ...iam('deleted-user-group', 'group', 'deletion'), 'group.name': 'g' }],
  ['[Shared Folders] Created shared folder "abcd".', 'Shared Folders', folder('created-shared-folder', 'creation')],
  ['[Shared Folders] Deleted shared folder "abcd".', 'Shared Folders', folder('deleted-shared-folder', 'deletion')],
  ['[Storage & Snapshots] Started creating scheduled snapshot. Volume: Smb.', 'Storage & Snapshots', { 'event.action': 'started-creating-snapshot', 'qnap.nas.volume': 'Smb' }],
  ['[Storage & Snapshots] Finished creating scheduled snapshot. Shared folder: x.', 'Storage & Snapshots', { 'event.action': 'finished-creating-snapshot', 'qnap.nas.shared_folder': 'x', ...ok }],
  ['[Storage & Snapshots] Deleted snapshot "GMT+01_2026-01-02_0600". Volume: Smb.', 'Storage & Snapshots', { ...configuration('deleted-snapshot', 'deletion'), 'qnap.nas.snapshot': 'GMT+01_2026-01-02_0600', 'qnap.nas.volume': 'Smb' }],
  ['[Storage & Snapshots] Reached volume/LUN snapshot limit. Volume: Smb. The oldest snapshot will be deleted whenever a new snapshot is created.', 'Storage & Snapshots', { 'event.action': 'reached-snapshot-limit', 'qnap.nas.volume': 'Smb' }],
  ['[Storage & Snapshots] Finished scrubbing RAID group "1". Storage pool: 1, Blocks repaired: 0.', 'Storage & Snapshots', { 'event.action': 'finished-scrubbing-raid-group', 'qnap.nas.raid_group': '1', 'qnap.nas.storage_pool': '1', ...ok }],
  ['[General Settings] Failed to synchronize time with the NTP server "ntp1.example".', 'General Settings', { ...host('failed-time-synchronization', 'info'), 'event.outcome': 'failure', 'qnap.nas.ntp_server': 'ntp1.example' }],
  ['[General Settings] Modified date/time settings.', 'General Settings', configuration('modified-time-settings', 'change')],
  ['[Hybrid Backup Sync] Started Sync job: "j".', 'Hybrid Backup Sync', { 'event.action': 'started-job', 'qnap.nas.job': 'j' }],
  ['[Hybrid Backup Sync] Started Sync job: "x job: "y".', 'Hybrid Backup Sync', { 'event.action': 'started-job', 'qnap.nas.job': 'x job: "y' }],
  ['[Malware Remover] Scan completed.', 'Malware Remover', { 'event.action': 'finished-malware-scan', ...ok }],
  ['[Network & Virtual Switch] Interface "Adapter 2" disconnected.', 'Network & Virtual Switch', network('interface-disconnected', 'end', { 'qnap.nas.interface': 'Adapter 2' })],
  ['[Network & Virtual Switch] Interface "Adapter 2" connected.', 'Network & Virtual Switch', network('interface-connected', 'start', { 'qnap.nas.interface': 'Adapter 2' })],
  ['[Network & Virtual Switch] Added static route. Interface:  , Destination: 5.5.5.0.', 'Network & Virtual Switch', configuration('added-static-route', 'creation')],
  ['[Network & Virtual Switch] Removed static route. Interface: eth0, Destination: 5.5.5.0.', 'Network & Virtual Switch', { ...configuration('removed-static-route', 'deletion'), 'qnap.nas.interface': 'eth0' }],
  ['[External Device] UPS power restored. Canceled autoprotection mode..', 'External Device', host('ups-power-restored', 'info')],
  ['System started.', '', host('system-started', 'start')],
  ['Host: Disk 1 plugged in.', '', { ...host('disk-plugged-in', 'change'), 'qnap.nas.disk': '1' }],
  ['Started to create storage pool.', '', { 'event.action': 'started-creating-storage-pool' }],
  ['[Pool 1] Created storage pool successfully (Capacity: 1.81 TB, Threshold 0%) with RAID Group 1 ( Host Drive: 1, RAID Level: Single  ).', '', { ...configuration('created-storage-pool', 'creation'), 'qnap.nas.storage_pool': '1' }],
  ['[MalwareRemover] Scan completed.', '', { 'event.action': 'finished-malware-scan', ...ok }],
  ['[MalwareRemover] Started scanning.', '', { 'event.action': 'started-malware-scan' }],
  ['[App Center] Malware Remover enabled.', '', app('enabled-app', 'change', 'Malware Remover')],
  ['[App Center] Malware Remover 3.0.0 has been installed in /share/CACHEDEV1_DATA/.qpkg/MalwareRemover successfully.', '', installed('Malware Remover', '3.0.0')],
  ['[App Center] Helpdesk enabled.', '', app('enabled-app', 'change', 'Helpdesk')],
  ['[Media Library] Media Library Server started.', '', { 'event.action': 'started-media-library' }],
  ['[Media Library] Database upgrade ended.', '', { 'event.action': 'finished-database-upgrade', ...ok }],
  ['[myQNAPcloud] CloudLink service for mobile and PC applications is ready.', '', { 'event.action': 'cloudlink-ready' }],
  ['[Storage & Snapshots] Started initializing volume/LUN "DataVol1". Type: Volume.', 'Storage & Snapshots', { 'event.action': 'started-initializing-volume', 'qnap.nas.volume': 'DataVol1' }],
  ['[Storage & Snapshots] Finished initializing volume/LUN "DataVol1". Type: Volume, Storage Pool: 1, Thin: No, Capacity: 364.17 GB, SSD Cache: Disable, Threshold: 80%, Shared folders: "Multimedia" "Download" "Web" "Public", Bytes per inode: 16384.', 'Storage & Snapshots', { ...configuration('finished-initializing-volume', 'creation'), 'qnap.nas.volume': 'DataVol1' }],
  ['[Storage & Snapshots] Started formatting volume "DataVol1". Storage pool: 1.', 'Storage & Snapshots', { 'event.action': 'started-formatting-volume', 'qnap.nas.volume': 'DataVol1', 'qnap.nas.storage_pool': '1' }],
  ['[Storage & Snapshots] Finished ext4lazyinit. Volume: DataVol1, Storage pool: "1".', 'Storage & Snapshots', { 'event.action': 'finished-ext4lazyinit', 'qnap.nas.volume': 'DataVol1', 'qnap.nas.storage_pool': '1', ...ok }],
  ['[Power] Restarting NAS.', 'Power', host('restarting-system', 'change')],
  ['[Notification Center] Created a Alert Notifications rule: Rule - 1.', 'Notification Center', configuration('created-notification-rule', 'creation')],
  ['[Notification Center] Added Instant messenger: "嘉宏 高".', 'Notification Center', configuration('added-instant-messenger', 'creation')],
  ['[Firmware Update] Updated system from version 4.3.5.0595(20180604) to 4.3.5.0596(20180605).', 'Firmware Update', { ...host('updated-firmware', 'change'), ...ok, 'qnap.nas.firmware.from': '4.3.5.0595(20180604)', 'qnap.nas.firmware.to': '4.3.5.0596(20180605)' }],
  ['[Firmware Update] Started updating firmware.', 'Firmware Update', host('started-firmware-update', 'info')],
  ['[Backup/Restore] System shut down on Tue Jun  5 10:45:31 CST 2018.', 'Backup/Restore', host('system-shut-down', 'end')],
  ['[Web Server] Recovered PHP configuration files.', 'Web Server', configuration('recovered-php-configuration', 'change')],
  ['[App Center] Installed Qsync Central 3.0.4 in /share/CACHEDEV1_DATA/.qpkg/QsyncServer.', 'App Center', installed('Qsync Central', '3.0.4')],
  ['[App Center] Enabled Qsync Central.', 'App Center', app('enabled-app', 'change', 'Qsync Central')],
  ['[App Center] Removed Malware Remover.', 'App Center', app('removed-app', 'deletion', 'Malware Remover')],
  ['[myQNAPcloud] DDNS updated WAN IP address to "122.146.88.200".', 'myQNAPcloud', configuration('updated-ddns-address', 'change')],
  ['[myQNAPcloud] Enabled DDNS.', 'myQNAPcloud', configuration('enabled-ddns', 'change')],
  ['[myQNAPcloud] Changed device access control mode to "public".', 'myQNAPcloud', configuration('changed-access-control-mode', 'change')],
  ['[Network & Virtual Switch] Initialized Network & Virtual Switch.', 'Network & Virtual Switch', network('initialized-virtual-switch', 'start')],
  ['[Network & Virtual Switch] Stopped Network & Virtual Switch.', 'Network & Virtual Switch', network('stopped-virtual-switch', 'end')],
  ['[Some App] Did something to "x".', 'Some App', {}],
  ['[Users] Did something to "x".', 'Users', {}],
  ['[Some App] Deleted user "x".', 'Some App', {}],
]
/** Texts whose bracket, or lack of one, leaves the application open. */
function applicationOf(content: string): Fields {
  const bracket = /^\[([^\]]+)\]/.exec(content)?.[1]
  return bracket === undefined || bracket === 'Pool 1' ? {} : { 'qnap.nas.application': bracket }
}
for (const [content, application, expected] of texts) {
  test(`qnap text: ${content}`, () => {
    const short = { message: content, ...applicationOf(content), ...expected }
    assert.deepEqual(fieldsOf(eventLine(content)), short)
    if (application === '') return
    assert.deepEqual(fieldsOf(eventLine(content, application)), { ...short, 'qnap.nas.application': application, 'qnap.nas.category': 'General' })
  })
}

const failedLogin = '[Users] Failed to log in via user account "<x>". Source IP address: 192.0.2.9.'
const x: Fields = { 'user.name': 'x', 'source.address': '192.0.2.9', 'source.ip': '192.0.2.9' }
const logins: [what: string, header: string, account: string, expected: Fields][] = [
  ['nobody', 'Users: ---, Source IP: ---, Computer name: ---', 'x', x],
  ['the System user', 'Users: System, Source IP: 127.0.0.1, Computer name: localhost', 'x', { ...x, 'source.domain': 'localhost' }],
  ['the same', 'Users: x, Source IP: 192.0.2.9, Computer name: ---', 'x', x],
  ['the same with its domain', 'Users: D\\x, Source IP: 192.0.2.9, Computer name: ---', 'D\\x', { ...x, 'user.domain': 'D' }],
  ['another', 'Users: admin, Source IP: 192.0.2.1, Computer name: ---', 'x', { 'user.name': 'admin', 'source.address': '192.0.2.1', 'source.ip': '192.0.2.1', 'user.target.name': 'x' }],
  ['nobody; a domain user', 'Users: ---, Source IP: ---, Computer name: ---', 'D\\x', { ...x, 'user.domain': 'D' }],
  ['nobody; a hostile account', 'Users: ---, Source IP: ---, Computer name: ---', 'x". Source IP address: 6.6.6.6', { ...x, 'user.name': 'x". Source IP address: 6.6.6.6' }],
]
for (const [what, header, account, expected] of logins) {
  test(`qnap failed login, whose header names ${what}`, () => {
    const content = failedLogin.replace('<x>', () => account)
    assert.deepEqual(fieldsOf(eventLine(content, 'Users', header)), {
      ...loginFail, ...expected, message: content, 'qnap.nas.application': 'Users', 'qnap.nas.category': 'General',
    })
  })
}

test('qnap failed login: an address without the full stop behind it may have been cut', () => {
  const fields = fieldsOf(eventLine(failedLogin.replace('<x>', 'x').slice(0, -1), 'Users', 'Users: ---, Source IP: ---, Computer name: ---'))
  assert.equal(fields['event.action'], 'login-fail')
  assert.equal(fields['naslog.truncated'], true)
  assert.deepEqual(fields['naslog.problems'], ['truncated'])
})

test('qnap event: a name that ends in the byte of a no-break space is whole', () => {
  for (const name of ['Niccol\u00e0', '\u0160', '\u0421\u0421\u0421\u0420']) {
    const bytes = toBytes(name)
    assert.equal(fieldsOf(eventLine(`[Users] Created user "${bytes}".`, 'Users'))['user.target.name'], bytes)
    assert.equal(fieldsOf(eventLine(`[Shared Folders] Created shared folder "${bytes}".`, 'Shared Folders'))['file.path'], bytes)
    assert.equal(fieldsOf(eventLine(`[App Center] Enabled  ${bytes}\t.`, 'App Center'))['package.name'], bytes)
  }
})

test('qnap event: the content is kept as it stands', () => {
  const content = '[X] a,  b: c, "d"..  '
  assert.equal(fieldsOf(eventLine(content, 'X')).message, content)
})

const shapes: [what: string, content: string, header: string, expected: Fields][] = [
  ['keys in the content', 'S, Source IP: 6.6.6.6, Computer name: x, Content: y', '', { message: 'S, Source IP: 6.6.6.6, Computer name: x, Content: y', 'naslog.problems': ['repeated_key'] }],
  ['an application in the computer', 'true', 'Users: u, Source IP: ---, Computer name: c, Application: A', { 'source.domain': 'c, Application: A', message: 'true', 'naslog.problems': ['repeated_key'] }],
  ['a whole event in the computer', 'true', 'Users: u, Source IP: ---, Computer name: c, Application: A, Category: B, Content: no', { 'source.domain': undefined, message: undefined, 'qnap.nas.application': undefined, 'naslog.problems': ['ambiguous_key'] }],
]
for (const [what, content, header, expected] of shapes) {
  test(`qnap event: ${what}`, () => {
    const fields = fieldsOf(header === '' ? eventLine(content, 'Users') : eventLine(content, 'Users', header))
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(fields[name], value, name)
  })
}

test('qnap event: a line cut before its content is broken', () => {
  const fields = parse('event log: Users: bob, Source IP: 192.0.2.1, Computer name: ---, Application: Us')
  assert.equal(fields?.['event.kind'], 'pipeline_error')
  assert.equal(fields?.['naslog.truncated'], true)
  assert.equal(fields?.['user.name'], 'bob')
  assert.equal(fields?.['source.ip'], '192.0.2.1')
})

test('qnap event: providers', () => {
  assert.equal(parse(conn({}))?.['event.provider'], 'conn-log')
  assert.equal(parse(eventLine('x'))?.['event.provider'], 'event-log')
  assert.equal(parse('err log: Users: u, Source IP: ---, Computer name: ---, Content: x')?.['event.provider'], 'err-log')
  const error = parse(conn({ resource: 'S/f' }).replace('conn log', 'err log'))
  assert.equal(error?.['event.provider'], 'err-log')
  assert.equal(error?.['file.path'], 'S/f')
})
