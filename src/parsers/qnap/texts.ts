import type { Event } from '../../event.ts'
import { F } from '../../fields/index.ts'
import { trimBlanks, type ByteString } from '../../lib/bytes.ts'
import { isPlain } from '../../lib/plain-text.ts'
import { match, template, type Template } from './templates.ts'
import { markTruncated, setAddress, setUser, valueOf } from './values.ts'

interface Meaning {
  readonly category?: readonly string[]
  readonly type?: readonly string[]
  readonly outcome?: 'success' | 'failure'
}

/** A text of the device and what it means. */
export interface Text extends Meaning {
  readonly template: Template
  /** event.action: the verb and the object, never a part of the line. */
  readonly action: string
}

const success = { outcome: 'success' } as const
const userIs = (type: string): Meaning => ({ category: ['iam'], type: ['user', type], ...success })
const groupIs = (type: string): Meaning => ({ category: ['iam'], type: ['group', type], ...success })
const fileIs = (type: string): Meaning => ({ category: ['file'], type: [type], ...success })
const configurationIs = (type: string): Meaning => ({ category: ['configuration'], type: [type], ...success })
const packageIs = (type: string): Meaning => ({ category: ['package'], type: [type], ...success })
const networkIs = (type: string): Meaning => ({ category: ['network'], type: [type] })
const hostIs = (type: string): Meaning => ({ category: ['host'], type: [type] })
const loginFailed: Meaning = { category: ['authentication'], type: ['start'], outcome: 'failure' }
const timeFailed: Meaning = { category: ['host'], type: ['info'], outcome: 'failure' }

function text(pattern: string, action: string, meaning: Meaning = {}): Text {
  return { template: template(pattern), action, ...meaning }
}

const systemTexts = [
  text('System started', 'system-started', hostIs('start')),
  text('System shut down<>', 'system-shut-down', hostIs('end')),
  text('Host: Disk <disk> plugged in', 'disk-plugged-in', hostIs('change')),
  text('Host: Disk <disk> unplugged', 'disk-unplugged', hostIs('change')),
]

const storageTexts = [
  text('Started creating scheduled snapshot. Volume: <volume>', 'started-creating-snapshot'),
  text('Started creating scheduled snapshot. Shared folder: <folder>', 'started-creating-snapshot'),
  text('Finished creating scheduled snapshot. Volume: <volume>', 'finished-creating-snapshot', success),
  text('Finished creating scheduled snapshot. Shared folder: <folder>', 'finished-creating-snapshot', success),
  text('Deleted snapshot "<snapshot>". Volume: <volume>', 'deleted-snapshot', configurationIs('deletion')),
  text('Deleted snapshot "<snapshot>". Shared folder: <folder>', 'deleted-snapshot', configurationIs('deletion')),
  text('Reached volume/LUN snapshot limit. Volume: <volume>. The oldest snapshot will be deleted<>', 'reached-snapshot-limit'),
  text('Reached volume/LUN snapshot limit<>', 'reached-snapshot-limit'),
  text('Started scrubbing RAID group "<RAID group>". Storage pool: <pool>', 'started-scrubbing-raid-group'),
  text('Finished scrubbing RAID group "<RAID group>". Storage pool: <pool>, Blocks repaired: <>', 'finished-scrubbing-raid-group', success),
  text('Started initializing volume/LUN "<volume>". Type: <>', 'started-initializing-volume'),
  text('Finished initializing volume/LUN "<volume>". Type: <>', 'finished-initializing-volume', configurationIs('creation')),
  text('Started formatting volume "<volume>". Storage pool: <pool>', 'started-formatting-volume'),
  text('Finished ext4lazyinit. Volume: <volume>, Storage pool: "<pool>"', 'finished-ext4lazyinit', success),
  text('Started to create storage pool', 'started-creating-storage-pool'),
  text('[Pool <pool>] Created storage pool successfully<>', 'created-storage-pool', configurationIs('creation')),
]

const malwareRemoverTexts = [
  text('Started scanning', 'started-malware-scan'),
  text('Scan completed', 'finished-malware-scan', success),
]

const syncTexts = ['Sync', 'Backup', 'Restore'].flatMap((kind) => [
  text(`Started ${kind} job: "<job>"`, 'started-job'),
  text(`Finished ${kind} job: "<job>"`, 'finished-job', success),
  text(`Stopped ${kind} job: "<job>"`, 'stopped-job'),
])

/**
 * Texts by application, without their bracket and their last full stop. Sources: real lines of QTS 4.3.5, 4.5.4 and 5; a test
 * reads them all. The actions of users, groups and shared folders are those of Elastic's package.
 */
export const textsByApplication: ReadonlyMap<string, readonly Text[]> = new Map([
  ['', [...systemTexts, ...storageTexts]],
  ['Users', [
    text('Created user "<user>"', 'created-user', userIs('creation')),
    text('Deleted user "<user>"', 'deleted-user', userIs('deletion')),
    text('Changed the password of user "<user>"', 'changed-password', userIs('change')),
    text('Edited the account profile of user "<user>"', 'edited-account-profile', userIs('change')),
    text('Failed to log in via user account "<>". Source IP address: <>', 'login-fail', loginFailed),
  ]],
  ['User Groups', [
    text('Created user group "<group>"', 'created-user-group', groupIs('creation')),
    text('Deleted user group "<group>"', 'deleted-user-group', groupIs('deletion')),
  ]],
  ['Shared Folders', [
    text('Created shared folder "<shared folder>"', 'created-shared-folder', fileIs('creation')),
    text('Deleted shared folder "<shared folder>"', 'deleted-shared-folder', fileIs('deletion')),
  ]],
  ['Storage & Snapshots', storageTexts],
  ['General Settings', [
    text('Failed to synchronize time with the NTP server "<NTP server>"', 'failed-time-synchronization', timeFailed),
    text('Modified date/time settings', 'modified-time-settings', configurationIs('change')),
  ]],
  ['Hybrid Backup Sync', syncTexts],
  ['HBS 3 Hybrid Backup Sync', syncTexts],
  ['HBS 3', syncTexts],
  ['Malware Remover', malwareRemoverTexts],
  ['MalwareRemover', malwareRemoverTexts],
  ['Network & Virtual Switch', [
    text('Interface "<interface>" connected', 'interface-connected', networkIs('start')),
    text('Interface "<interface>" disconnected', 'interface-disconnected', networkIs('end')),
    text('Added static route. Interface: <interface>, Destination: <>', 'added-static-route', configurationIs('creation')),
    text('Removed static route. Interface: <interface>, Destination: <>', 'removed-static-route', configurationIs('deletion')),
    text('Added static route<>', 'added-static-route', configurationIs('creation')),
    text('Removed static route<>', 'removed-static-route', configurationIs('deletion')),
    text('Initialized Network & Virtual Switch', 'initialized-virtual-switch', networkIs('start')),
    text('Stopped Network & Virtual Switch', 'stopped-virtual-switch', networkIs('end')),
  ]],
  ['External Device', [
    text('UPS power restored<>', 'ups-power-restored', hostIs('info')),
  ]],
  ['Firmware Update', [
    text('Started updating firmware', 'started-firmware-update', hostIs('info')),
    text('Updated system from version <from> to <to>', 'updated-firmware', { ...hostIs('change'), ...success }),
  ]],
  ['App Center', [
    text('Installed <package> <version> in /<>', 'installed-app', packageIs('installation')),
    text('Installed <package> in /<>', 'installed-app', packageIs('installation')),
    text('<package> <version> has been installed in /<> successfully', 'installed-app', packageIs('installation')),
    text('Enabled <package>', 'enabled-app', packageIs('change')),
    text('Disabled <package>', 'disabled-app', packageIs('change')),
    text('Removed <package>', 'removed-app', packageIs('deletion')),
    text('<package> enabled', 'enabled-app', packageIs('change')),
    text('<package> disabled', 'disabled-app', packageIs('change')),
  ]],
  ['Power', [
    text('Restarting NAS', 'restarting-system', hostIs('change')),
  ]],
  ['Backup/Restore', systemTexts],
  ['Notification Center', [
    text('Created a<>rule: <>', 'created-notification-rule', configurationIs('creation')),
    text('Added Instant messenger: <>', 'added-instant-messenger', configurationIs('creation')),
  ]],
  ['Web Server', [
    text('Recovered PHP configuration files', 'recovered-php-configuration', configurationIs('change')),
  ]],
  ['myQNAPcloud', [
    text('DDNS updated WAN IP address to "<>"', 'updated-ddns-address', configurationIs('change')),
    text('Enabled DDNS', 'enabled-ddns', configurationIs('change')),
    text('Disabled DDNS', 'disabled-ddns', configurationIs('change')),
    text('Changed device access control mode to "<>"', 'changed-access-control-mode', configurationIs('change')),
    text('CloudLink service<>is ready', 'cloudlink-ready'),
  ]],
  ['Media Library', [
    text('Media Library Server started', 'started-media-library'),
    text('Database upgrade ended', 'finished-database-upgrade', success),
  ]],
])

/** Sets what the text of an application says, if it is a known one. */
export function setText(event: Event, application: ByteString, content: ByteString): void {
  const texts = textsByApplication.get(application)
  if (texts === undefined) return
  const sentence = content.endsWith('.') ? content.slice(0, -1) : content
  for (const { template, action, category, type, outcome } of texts) {
    const values = match(template, sentence)
    if (values === undefined) continue
    event.isPlain &&= values.every(isPlain)
    event.set(F['event.action'], action)
    event.set(F['event.category'], category)
    event.set(F['event.type'], type)
    event.set(F['event.outcome'], outcome)
    if (action === 'login-fail') {
      setLogin(event, values[0] ?? '', values[1] ?? '')
      // Without the full stop, the address may be the beginning of another.
      if (sentence === content) markTruncated(event)
    } else {
      template.holes.forEach(({ fields }, index) => {
        const value = valueOf(trimBlanks(values[index] ?? ''))
        for (const field of fields) event.set(field, value)
      })
    }
    return
  }
}

/**
 * A failed login has its account and address in the text; the header has nothing, the same, or the System user that reports it.
 * A header that names somebody else stays, and the account of the text is the target.
 */
function setLogin(event: Event, account: ByteString, address: ByteString): void {
  const reporter = event.get(F['user.name'])
  if (reporter === undefined || reporter === 'System') {
    event.set(F['user.name'], undefined)
    setUser(event, account)
  } else if (!isSameAccount(event, account)) event.set(F['user.target.name'], valueOf(account))
  const reported = event.get(F['source.ip'])
  if (event.get(F['source.address']) === undefined || reported === '127.0.0.1' || reported === '::1') setAddress(event, address)
}

function isSameAccount(event: Event, account: ByteString): boolean {
  const name = event.get(F['user.name'])
  const domain = event.get(F['user.domain'])
  return account === name || account === `${domain}\\${name}` || account === `${name}@${domain}`
}
