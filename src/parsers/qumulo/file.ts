import type { Event } from '../../event.ts'
import { F } from '../../fields/index.ts'
import type { ByteString } from '../../lib/bytes.ts'
import { isDigits } from '../../lib/digits.ts'
import type { Operation } from './operations.ts'
import type { AuditRecord } from './record.ts'

/** Writes what was acted upon: a file, or under extra_name the name of something else (export, share, policy). */
export function setObject(record: AuditRecord, operation: Operation, event: Event): void {
  const path = record.path ?? ''
  const target = record.target ?? ''
  event.set(F['qumulo.audit.file_id'], record.fileId)
  // A share is written `\\server\share` also where a path is expected.
  const isFile = operation.onFile && path !== '' && !path.startsWith('\\\\')
  if (isFile) {
    setFile(record, path, operation, event)
    event.set(operation.action === 'create-symlink' ? F['file.target_path'] : F['qumulo.audit.target_path'], target)
  }
  // JSON has these names beside the path, CSV has them in its columns.
  event.set(F['qumulo.audit.extra_name'], record.extraName || (isFile ? '' : path))
  event.set(F['qumulo.audit.second_extra_name'], record.secondExtraName || (isFile ? '' : target))
}

function setFile(record: AuditRecord, path: ByteString, operation: Operation, event: Event): void {
  event.set(F['file.path'], path)
  event.set(F['file.inode'], record.fileId)
  if (path.startsWith(SNAPSHOTS)) setSnapshot(path, event)

  // The slash at the end of a path that may have been cut tells nothing.
  const whole = !record.truncated
  const endsInSlash = whole && path.endsWith('/')
  const type = endsInSlash ? 'dir' : operation.object
  event.set(F['file.type'], type)
  if (type === 'dir') event.set(F['qumulo.audit.object'], 'directory')
  else if (type !== undefined || (whole && record.marksDirectories)) event.set(F['qumulo.audit.object'], 'file')

  if (!endsInSlash && record.protocol?.startsWith('smb') === true) event.set(F['file.fork_name'], forkOf(path))
}

const SNAPSHOTS = '/.snapshot/'

/** `/.snapshot/<id>_<name>/path`: a path in the read-only tree of a snapshot. */
function setSnapshot(path: ByteString, event: Event): void {
  const slash = path.indexOf('/', SNAPSHOTS.length)
  const directory = path.slice(SNAPSHOTS.length, slash < 0 ? path.length : slash)
  const underscore = directory.indexOf('_')
  if (!isDigits(directory, 0, underscore)) return
  event.set(F['qumulo.audit.snapshot.id'], directory.slice(0, underscore))
  event.set(F['qumulo.audit.snapshot.name'], directory.slice(underscore + 1))
  event.set(F['qumulo.audit.snapshot.path'], slash < 0 ? '/' : path.slice(slash))
}

/** The alternate data stream of `name:stream` or `name:stream:$DATA`. SMB forbids the colon in names; other protocols do not. */
function forkOf(path: ByteString): ByteString | undefined {
  // Few paths have one, and to look from the end costs four times as much.
  if (!path.includes(':')) return undefined
  const colon = path.indexOf(':', path.lastIndexOf('/') + 1)
  if (colon < 0) return undefined
  const fork = path.slice(colon + 1)
  return fork.endsWith(':$DATA') ? fork.slice(0, -6) : fork
}
