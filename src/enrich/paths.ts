import { shareRow, type ShareRow } from '../config/enrichment.ts'
import { F } from '../fields/index.ts'
import { lowerAscii, toBytes, type ByteString } from '../lib/bytes.ts'
import type { Enricher } from './enricher.ts'
import { watchTable, type TableSettings } from './table.ts'

/** What is known of folders, and what file names tell. */
export interface Paths {
  readonly enricher: Enricher
  refresh(): readonly string[]
}

interface Folder {
  readonly share: ByteString | undefined
  readonly sensitivity: ByteString | undefined
}

/** Reads the table of folders. Throws a ConfigurationError. */
export function createPaths(settings: TableSettings<ShareRow>): Paths {
  const folders = watchTable(settings, shareRow, [], compileFolders)
  const enricher: Enricher = {
    name: 'paths',
    sets: [F['naslog.file.share'], F['naslog.file.sensitivity'], F['naslog.file.hidden'], F['naslog.file.kind']],
    apply(event) {
      const path = event.get(F['file.path'])
      if (path === undefined) return
      const folder = folders.current(path)
      // A path of QNAP begins with the share; one of Qumulo begins at the root of the file system.
      const first = event.get(F['naslog.parser']) === 'qnap' ? firstPart(path) : undefined
      event.set(F['naslog.file.share'], folder?.share ?? first)
      event.set(F['naslog.file.sensitivity'], folder?.sensitivity)
      if (isHidden(path)) event.set(F['naslog.file.hidden'], true)
      event.set(F['naslog.file.kind'], kindOf(path, event.get(F['file.name']) ?? ''))
    },
  }
  return { enricher, refresh: () => folders.refresh() }
}

/** The innermost folder of the table that holds a path. ASCII case does not count, as it does not over SMB. */
function compileFolders(rows: readonly ShareRow[]): (path: ByteString) => Folder | undefined {
  const folders = new Map<string, Folder>()
  let deepest = 0
  for (const row of rows) {
    const parts = lowerAscii(toBytes(row.path)).split('/').filter((part) => part !== '')
    const key = parts.join('/')
    deepest = Math.max(deepest, parts.length)
    if (folders.has(key)) continue
    folders.set(key, {
      share: row.share === undefined ? undefined : toBytes(row.share),
      sensitivity: row.sensitivity === undefined ? undefined : toBytes(row.sensitivity),
    })
  }
  return (path) => {
    if (folders.size === 0) return undefined
    let found = folders.get('')
    const start = path.startsWith('/') ? 1 : 0
    let end = start
    // No deeper than the table: a hostile path has a million parts.
    for (let depth = 0; depth < deepest && end < path.length; depth++) {
      const slash = path.indexOf('/', end === start ? start : end + 1)
      end = slash < 0 ? path.length : slash
      found = folders.get(lowerAscii(path.slice(start, end))) ?? found
    }
    return found
  }
}

function firstPart(path: ByteString): ByteString {
  const start = path.startsWith('/') ? 1 : 0
  const slash = path.indexOf('/', start)
  return path.slice(start, slash < 0 ? path.length : slash)
}

function isHidden(path: ByteString): boolean {
  return path.startsWith('.') || path.includes('/.')
}

/** What all of these begin with; most paths have none of it. */
const MARKED_FOLDER = /(?:^|\/)[@#.$~]/
/** Folders whose content is not what people work on, wherever they stand in the path. */
const RECYCLE_BIN = /(?:^|\/)(?:@Recycle|#recycle|\.recycle|\$RECYCLE\.BIN)(?:\/|$)/i
const SNAPSHOT = /(?:^|\/)(?:@Recently-Snapshot|\.snapshots?|~snapshot)(?:\/|$)/i
const THUMBNAIL = /(?:^|\/)(?:\.@__thumb|@eaDir)(?:\/|$)/

/** Names of their own, in lower case. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['.ds_store', 'system'],
  ['thumbs.db', 'system'],
  ['desktop.ini', 'system'],
  ['.localized', 'system'],
])

/** Endings, in lower case: lock files of Access and AutoCAD; what editors, Office and browsers write until a file is whole. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ...['laccdb', 'ldb', 'dwl', 'dwl2', 'lck', 'lock'].map((ending) => [ending, 'lock'] as const),
  ...['tmp', 'temp', 'swp', 'swx', 'part', 'partial', 'crdownload', 'filepart'].map((ending) => [ending, 'temporary'] as const),
])

function kindOf(path: ByteString, name: ByteString): string | undefined {
  if (MARKED_FOLDER.test(path)) {
    if (RECYCLE_BIN.test(path)) return 'recycle_bin'
    if (SNAPSHOT.test(path)) return 'snapshot'
    if (THUMBNAIL.test(path)) return 'thumbnail'
  }
  // The owner files of Office and LibreOffice.
  if (name.startsWith('~$') || name.startsWith('.~lock.')) return 'lock'
  // What macOS writes beside a file on a share.
  if (name.startsWith('._')) return 'system'
  if (name.endsWith('~') || isExcelTemporary(name)) return 'temporary'
  const lower = lowerAscii(name)
  const dot = lower.lastIndexOf('.')
  return NAMES.get(lower) ?? (dot < 0 ? undefined : ENDINGS.get(lower.slice(dot + 1)))
}

/** Excel saves to a name of eight hexadecimal digits without an ending, and renames it. */
function isExcelTemporary(name: ByteString): boolean {
  return name.length === 8 && /^[0-9A-F]{8}$/.test(name)
}
